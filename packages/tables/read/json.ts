import { UserError } from "@mlops-actions/core";
import type { Engine } from "../engine.ts";
import { literal } from "../sql.ts";
import { checkNames, expectContent } from "./format.ts";
import { jsonLines } from "./json-lines.ts";
import type { InputFile, Reader } from "./reader.ts";
import { type Staged, stage } from "./stage.ts";
import { declaredType, typedTable } from "./text-columns.ts";

interface ScannedFile {
  file: InputFile;
  copy: string;
  staged: Staged;
  records: number;
}

/** JSON lines: one object a line; a key that a line lacks is a missing value; nested values become their JSON text. */
export const readJson: Reader = async (engine, name, files, source) => {
  const read: ScannedFile[] = [];
  for (const file of files) {
    const lines = jsonLines(file.shownAs);
    const copy = engine.slot();
    const staged = await stage(file.path, file.shownAs, copy, (content) => {
      expectContent(content, "text", file.shownAs);
      return lines;
    });
    read.push({ file, copy, staged, records: lines.records() });
  }
  const [first] = read as [ScannedFile];
  const from = `(SELECT line FROM read_csv([${read.map(({ copy }) => literal(copy)).join(", ")}], columns = {'line': 'VARCHAR'},
    auto_detect = false, header = false, delim = '\\x1f', quote = '', escape = '', new_line = '\\n', comment = '',
    compression = 'none', strict_mode = true, ignore_errors = false))`;
  const keys = await keysOf(engine, from);
  checkNames(
    keys.map(({ key }) => key),
    first.file.shownAs,
  );
  if (keys.length === 0) throw noKeys(first);
  const { rows } = await typedTable(engine, name, {
    from,
    columns: keys.map(({ key, isText }) => ({
      name: key,
      text: `(line ->> ${literal(pointer(key))})`,
      declared: declaredType(source, key),
      isText,
    })),
    trailingSpaces: false,
    missing: source.missing ?? [],
    label: source.label,
    placeOf: (index) => placeOf(read, index),
  });
  const records = read.reduce((sum, one) => sum + one.records, 0);
  if (rows !== records) throw new Error(`${source.label}: ${records} lines, but the engine read ${rows}`);
  return read.map(({ staged }) => staged);
};

/** All keys in the order of their names; text where the file says text or nested values. */
async function keysOf(engine: Engine, from: string): Promise<{ key: string; isText: boolean }[]> {
  const rows = await engine.run(
    `SELECT key, bool_or(kind IN ('VARCHAR', 'OBJECT', 'ARRAY')) AS text FROM (
       SELECT key, json_type(line, '/' || replace(replace(key, '~', '~0'), '/', '~1')) AS kind
       FROM (SELECT line, unnest(json_keys(line)) AS key FROM ${from})) GROUP BY key ORDER BY key`,
  );
  return rows.map((row) => ({ key: String(row.key), isText: row.text === true }));
}

function pointer(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

async function placeOf(read: readonly ScannedFile[], index: number) {
  let left = index;
  for (const { file, records } of read) {
    // Blank lines are only at the end, so records and lines run together.
    if (left < records) return { file: file.shownAs, line: left + 1 };
    left -= records;
  }
  throw new Error(`No line ${index}`);
}

function noKeys({ file }: ScannedFile): UserError {
  return new UserError("no-rows", `${file.shownAs} holds no objects with keys.`, {
    remedy: "Write one object a line, with a key for every column.",
    at: { file: file.shownAs, line: 1 },
  });
}
