import { type ColumnType, listed, shown, UserError } from "@mlops-actions/core";
import type { Engine } from "../engine.ts";
import { identifier, literal } from "../sql.ts";
import { cast } from "./cast.ts";
import { checkNames, expectContent } from "./format.ts";
import type { InputFile, Reader } from "./reader.ts";
import { type Filter, type Staged, stage } from "./stage.ts";
import { dataTooLarge } from "./too-large.ts";

const unchanged: Filter = { push: (chunk) => chunk, end: () => Buffer.alloc(0) };

interface ParquetColumn {
  name: string;
  type: string;
}

/** Parquet: types from the file; lists and structs become their JSON text, bytes hexadecimal text. */
export const readParquet: Reader = async (engine, name, files, source) => {
  const staged: Staged[] = [];
  const copies: string[] = [];
  let columns: ParquetColumn[] | undefined;
  for (const file of files) {
    const copy = engine.slot();
    staged.push(
      await stage(file.path, file.shownAs, copy, (content) => {
        expectContent(content, "parquet", file.shownAs);
        return unchanged;
      }),
    );
    copies.push(literal(copy));
    const found = await readable(file, () => describe(engine, copy));
    checkNames(
      found.map((column) => column.name),
      file.shownAs,
    );
    columns ??= found;
    if (JSON.stringify(found) !== JSON.stringify(columns)) throw differ(file, found, columns);
  }
  await refuseBombs(engine, files, copies, columns ?? []);
  const from = `read_parquet([${copies.join(", ")}], union_by_name = false)`;
  const marks = (source.missing ?? []).map((mark) => literal(mark.trim()));
  const items = (columns ?? []).map(({ name: column, type }) => {
    const declared = source.types?.[column];
    const value = typedValue(identifier(column), type, marks);
    return { column, declared, value, sql: declared === undefined ? value.sql : recast(value, declared) };
  });
  const [file] = files as readonly [InputFile];
  await readable(file, () =>
    engine.run(
      `CREATE TABLE ${identifier(name)} AS SELECT ${items.map(({ sql, column }) => `${sql} AS ${identifier(column)}`).join(", ")} FROM ${from}`,
    ),
  );
  for (const { column, declared, value, sql } of items) {
    if (declared === undefined || declared === value.type) continue;
    const [bad] = await engine.run(
      `SELECT count(*) AS n, CAST(first(${value.sql}) AS VARCHAR) AS value FROM ${from} WHERE ${value.sql} IS NOT NULL AND (${sql}) IS NULL`,
    );
    if (bad && Number(bad.n) > 0) {
      throw new UserError(
        "value-not-of-type",
        `${file.shownAs}: ${bad.n} values of column ${shown(column)} are no ${declared}; one is ${shown(String(bad.value))}.`,
        { remedy: "Correct the values, or declare the type that the file has.", at: { file: file.shownAs } },
      );
    }
  }
  return staged;
};

/** Longer texts than CSV may have, too, and no features of a model. */
const maxTextBytes = 1_900_000;

/**
 * A dictionary says a long text once and means it a billion times: 2 kB can hold 200 GB, which the engine's memory
 * limit was seen not to stop. Lengths are counted on the dictionary, before any row is made.
 */
async function refuseBombs(
  engine: Engine,
  files: readonly InputFile[],
  copies: readonly string[],
  columns: readonly ParquetColumn[],
): Promise<void> {
  const texts = columns.filter(({ type }) => type === "VARCHAR" || type === "BLOB");
  if (texts.length === 0) return;
  for (const [at, copy] of copies.entries()) {
    const file = files[at] as InputFile;
    const lengths = texts.map(
      ({ name, type }) => `${type === "BLOB" ? "octet_length" : "strlen"}(${identifier(name)})`,
    );
    const [found] = await readable(file, () =>
      engine.run(
        `SELECT ${lengths.map((length, i) => `max(${length})::DOUBLE AS m${i}, sum(${length})::DOUBLE AS s${i}`).join(", ")} FROM read_parquet(${copy})`,
      ),
    );
    const total = texts.reduce((sum, _, i) => sum + Number(found?.[`s${i}`] ?? 0), 0);
    const long = texts.find((_, i) => Number(found?.[`m${i}`] ?? 0) > maxTextBytes);
    if (long !== undefined) {
      throw new UserError(
        "value-too-long",
        `${file.shownAs}: column ${shown(long.name)} holds a text of more than ${maxTextBytes} bytes.`,
        { remedy: "Leave the column out, or shorten its texts.", at: { file: file.shownAs } },
      );
    }
    if (total > 4 * engine.memory) throw dataTooLarge(file.shownAs);
  }
}

async function describe(engine: Engine, copy: string): Promise<ParquetColumn[]> {
  const rows = await engine.run(`DESCRIBE SELECT * FROM read_parquet(${literal(copy)})`);
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
}

/** What the file holds, in one of our six types. */
function typedValue(
  column: string,
  type: string,
  marks: readonly string[],
): { sql: string; type: ColumnType } {
  if (/^(U?(TINY|SMALL)INT|U?INTEGER|BIGINT|UBIGINT|HUGEINT|UHUGEINT)$/.test(type)) {
    return { sql: `CAST(${column} AS BIGINT)`, type: "integer" };
  }
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type) && !type.endsWith("]")) {
    return { sql: `CAST(${column} AS DOUBLE)`, type: "number" };
  }
  if (type === "BOOLEAN") return { sql: column, type: "boolean" };
  if (type === "DATE") return { sql: column, type: "date" };
  if (/^TIMESTAMP(_S|_MS|_NS)?$|^TIMESTAMP WITH TIME ZONE$/.test(type)) {
    return { sql: `CAST(${column} AS TIMESTAMP)`, type: "timestamp" };
  }
  if (type === "BLOB") return { sql: `hex(${column})`, type: "string" };
  if (/^(STRUCT|MAP|UNION)\(|\]$|^VARIANT$/.test(type)) {
    return { sql: `CAST(to_json(${column}) AS VARCHAR)`, type: "string" };
  }
  const text = `CAST(${column} AS VARCHAR)`;
  if (marks.length === 0) return { sql: text, type: "string" };
  return {
    sql: `CASE WHEN trim(${text}) IN (${marks.join(", ")}) THEN NULL ELSE ${text} END`,
    type: "string",
  };
}

function recast(value: { sql: string; type: ColumnType }, declared: ColumnType): string {
  if (value.type === declared) return value.sql;
  if (value.type === "integer" && declared === "number") return `CAST(${value.sql} AS DOUBLE)`;
  if (value.type === "number" && declared === "integer") {
    // pandas makes whole numbers with gaps into floats.
    return `CASE WHEN ${value.sql} = trunc(${value.sql}) AND abs(${value.sql}) <= 9007199254740991 THEN CAST(${value.sql} AS BIGINT) END`;
  }
  return cast(`CAST(${value.sql} AS VARCHAR)`, declared);
}

/** The engine's words about a broken file, as a fault of the file; its own bugs stay bugs. */
async function readable<T>(file: InputFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
    const why = /^(Conversion|Out of Range)/i.test(cause.message)
      ? "it holds values outside the range of 64-bit integers, doubles or dates"
      : "it is broken, cut short, or not written by the format's rules";
    throw new UserError("file-unreadable", `${file.shownAs} cannot be read as Parquet: ${why}.`, {
      remedy: "Write it again, and compare its size with the original after copying.",
      at: { file: file.shownAs },
      cause,
    });
  }
}

function differ(file: InputFile, found: ParquetColumn[], expected: ParquetColumn[]): UserError {
  const words = (columns: ParquetColumn[]) => listed(columns.map(({ name, type }) => `${name} ${type}`));
  return new UserError(
    "files-differ",
    `${file.shownAs} has the columns ${words(found)}; the first file has ${words(expected)}.`,
    {
      remedy: "Give the files of one table the same columns of the same types in the same order.",
      at: { file: file.shownAs },
    },
  );
}
