import { basename, extname } from "node:path";
import { type OpenedTable, type TableSource, UserError } from "@mlops-actions/core";
import type { Engine } from "../engine.ts";
import { identifier } from "../sql.ts";
import { readCsv } from "./csv.ts";
import { readJson } from "./json.ts";
import { readParquet } from "./parquet.ts";
import { presence } from "./presence.ts";
import type { InputFile, Reader } from "./reader.ts";
import type { Staged } from "./stage.ts";

const readers: Record<"csv" | "parquet" | "json", Reader> = {
  csv: readCsv,
  parquet: readParquet,
  json: readJson,
};

const SHOWN = { csv: "CSV", parquet: "Parquet", json: "JSON" } as const;

const endings: Readonly<Record<string, keyof typeof readers>> = {
  ".csv": "csv",
  ".txt": "csv",
  ".data": "csv",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
};

/** @throws UserError for everything a file can be that is not the table its description promises */
export async function openTable(engine: Engine, name: string, source: TableSource): Promise<OpenedTable> {
  if (source.files.length === 0) throw new Error(`${source.label} names no file`);
  const files = source.files.map((path) => ({ path, shownAs: shownAs(path, source) }));
  const read = readers[source.format ?? formatOf(files)];
  const staged = await read(engine, name, files, source);
  const { rows, columns } = await presence(engine, name);
  if (rows === 0) {
    await engine.run(`DROP TABLE ${identifier(name)}`);
    throw new UserError("no-rows", `${source.label} has columns, but no rows.`, {
      remedy: "Check what writes it: nothing can be measured on no rows.",
      at: { file: source.label },
    });
  }
  return {
    name,
    rows,
    columns,
    files: files.map((file, at) => ({
      name: file.shownAs,
      digest: { sha256: (staged[at] as Staged).sha256 },
    })),
  };
}

function shownAs(path: string, source: TableSource): string {
  return source.files.length === 1 ? source.label : basename(path);
}

function formatOf(files: readonly InputFile[]): keyof typeof readers {
  const [first, ...others] = files as readonly [InputFile, ...InputFile[]];
  const format = endingOf(first);
  const other = others.find((file) => endingOf(file) !== format);
  if (other === undefined) return format;
  throw new UserError(
    "formats-differ",
    `${first.shownAs} is ${SHOWN[format]} and ${other.shownAs} ${SHOWN[endingOf(other)]}: the files of one table are of one kind.`,
    { remedy: "Name files of one kind only, or bring them into one.", at: { file: other.shownAs } },
  );
}

function endingOf(file: InputFile): keyof typeof readers {
  const format = endings[extname(file.path).toLowerCase()];
  if (format === undefined) {
    throw new UserError("unknown-format", `${file.shownAs}: its ending does not say what it is.`, {
      remedy:
        "Save it as .csv, .parquet or .jsonl, unpacked; where only its name is another, say `format: csv`, `parquet` or `json` beside `files` in mlops.yml.",
      at: { file: file.shownAs },
    });
  }
  return format;
}
