import { listed, type TableSource, UserError } from "@mlops-actions/core";
import { identifier, literal } from "../sql.ts";
import { lineOfRecord } from "./csv-line.ts";
import { csvScan, type Scanned } from "./csv-scan.ts";
import { checkNames, expectContent } from "./format.ts";
import type { InputFile, Reader } from "./reader.ts";
import { type Staged, stage } from "./stage.ts";
import { declaredType, typedTable } from "./text-columns.ts";

interface ScannedFile {
  file: InputFile;
  copy: string;
  staged: Staged;
  scanned: Scanned;
}

/** CSV: commas, double quotes, UTF-8, every record of one width. */
export const readCsv: Reader = async (engine, name, files, source) => {
  const hasHeader = source.header ?? source.names === undefined;
  if (!hasHeader && source.names === undefined) throw namesNeeded(source);
  const read: ScannedFile[] = [];
  for (const file of files) {
    const scan = csvScan(file.shownAs, { header: hasHeader, width: source.names?.length });
    const copy = engine.slot();
    const staged = await stage(file.path, file.shownAs, copy, (content) => {
      expectContent(content, "text", file.shownAs);
      return scan;
    });
    read.push({ file, copy, staged, scanned: scan.found() });
  }
  const names = columnNames(read, source);
  const filled = read.filter(({ scanned }) => scanned.records > 0);
  const columns = names.map((column, at) => ({
    name: column,
    text: identifier(`c${at}`),
    declared: declaredType(source, column),
  }));
  const { rows } = await typedTable(engine, name, {
    from: filled.length === 0 ? emptyRelation(names.length) : relation(filled, names.length),
    columns,
    trailingSpaces: read.some(({ scanned }) => scanned.trailingSpaces),
    missing: source.missing ?? [],
    label: source.label,
    placeOf: (index) => placeOf(filled, index),
  });
  const records = read.reduce((sum, { scanned }) => sum + scanned.records, 0);
  if (rows !== records) throw new Error(`${source.label}: ${records} records, but the engine read ${rows}`);
  return read.map(({ staged }) => staged);
};

function relation(read: readonly ScannedFile[], width: number): string {
  const columns = Array.from({ length: width }, (_, at) => `'c${at}': 'VARCHAR'`).join(", ");
  return `read_csv([${read.map(({ copy }) => literal(copy)).join(", ")}], columns = {${columns}}, auto_detect = false,
    header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n', comment = '', compression = 'none',
    strict_mode = true, ignore_errors = false, null_padding = false, nullstr = '', allow_quoted_nulls = false)`;
}

function emptyRelation(width: number): string {
  const columns = Array.from({ length: width }, (_, at) => `NULL::VARCHAR AS c${at}`).join(", ");
  return `(SELECT ${columns} WHERE false)`;
}

function columnNames(read: readonly ScannedFile[], source: TableSource): readonly string[] {
  const [first, ...others] = read;
  if (first === undefined) throw new Error(`${source.label} names no file`);
  if (source.names !== undefined) {
    checkNames(source.names, first.file.shownAs);
    return source.names;
  }
  const names = first.scanned.header;
  if (names === undefined) {
    throw new UserError("file-empty", `${first.file.shownAs} holds blank lines only.`, {
      remedy: "Check what writes it.",
      at: { file: first.file.shownAs },
    });
  }
  checkNames(names, first.file.shownAs, 1);
  for (const { file, scanned } of others) {
    if (JSON.stringify(scanned.header) === JSON.stringify(names)) continue;
    throw new UserError(
      "files-differ",
      `${file.shownAs} has the columns ${listed(scanned.header ?? [])}; ${first.file.shownAs} has ${listed(names)}.`,
      {
        remedy: "Give the files of one table the same columns in the same order.",
        at: { file: file.shownAs, line: 1 },
      },
    );
  }
  return names;
}

async function placeOf(read: readonly ScannedFile[], index: number) {
  let left = index;
  for (const { file, copy, scanned } of read) {
    if (left < scanned.records) {
      const blank = scanned.blankAfter.filter((records) => records <= left).length;
      return { file: file.shownAs, line: scanned.firstLine + blank + (await lineOfRecord(copy, left)) };
    }
    left -= scanned.records;
  }
  throw new Error(`No record ${index}`);
}

function namesNeeded(source: TableSource): UserError {
  return new UserError("csv-names", `${source.label} has no header, so its columns have no names.`, {
    remedy: "Add `names: […]` with a name for every column, in order.",
    at: { file: source.label },
  });
}
