import type { Column, ColumnType, Presence, Tables } from "@mlops-actions/core";
import { z } from "zod";
import type { Engine } from "../engine.ts";
import { identifier, literal } from "../sql.ts";

const types: Readonly<Record<string, ColumnType>> = {
  BIGINT: "integer",
  DOUBLE: "number",
  VARCHAR: "string",
  BOOLEAN: "boolean",
  DATE: "date",
  TIMESTAMP: "timestamp",
};

/** Columns per statement: wider tables are counted in several scans. */
const batch = 500;

/** The columns of a table that this package or a query made; none where there is no such table. */
export async function columnTypes(
  engine: Engine,
  table: string,
): Promise<{ name: string; type: ColumnType }[]> {
  const described = await engine.run(
    `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = ${literal(table)} ORDER BY column_index`,
  );
  return described.map(({ name, type }) => {
    const ours = types[String(type)];
    if (ours === undefined) throw new Error(`No reader makes columns of type ${type}`);
    return { name: String(name), type: ours };
  });
}

/** The columns of a table, each with its presence vector. */
export async function presence(engine: Engine, table: string): Promise<{ rows: number; columns: Column[] }> {
  const described = await columnTypes(engine, table);
  const columns: Column[] = [];
  let rows = 0;
  for (let from = 0; from < described.length; from += batch) {
    const part = described.slice(from, from + batch);
    const items = part.flatMap(({ name, type }, at) => presenceItems(name, type, at));
    const [row] = await engine.run(`SELECT count(*) AS n, ${items.join(", ")} FROM ${identifier(table)}`);
    if (row === undefined) throw new Error("An aggregate gave no row");
    rows = Number(row.n);
    columns.push(...part.map((column, at) => ({ ...column, presence: presenceIn(row, at) })));
  }
  return { rows, columns };
}

/** The columns of a table that a query has made of an opened one, which had these types. */
export async function presenceOf(
  tables: Tables,
  table: string,
  types: readonly Pick<Column, "name" | "type">[],
): Promise<Column[]> {
  const columns: Column[] = [];
  for (let from = 0; from < types.length; from += batch) {
    const part = types.slice(from, from + batch);
    const items = part.flatMap(({ name, type }, at) => presenceItems(name, type, at));
    const [row] = await tables.query(
      `SELECT count(*) AS n, ${items.join(", ")} FROM ${identifier(table)}`,
      z.record(z.string(), z.int()),
    );
    if (row === undefined) throw new Error("An aggregate gave no row");
    columns.push(...part.map(({ name, type }, at) => ({ name, type, presence: presenceIn(row, at) })));
  }
  return columns;
}

/** Select items that count how a column is absent; `presenceIn` reads them, beside `count(*) AS n`. */
export function presenceItems(name: string, type: ColumnType, at: number): string[] {
  const column = identifier(name);
  const when = (applies: boolean, condition: string) => (applies ? `count_if(${condition})` : "0");
  return [
    `count(*) - count(${column}) AS m${at}`,
    `${when(type === "string", `${column} = ''`)} AS e${at}`,
    `${when(type === "number", `isnan(${column})`)} AS nan${at}`,
    `${when(type === "number", `isinf(${column})`)} AS inf${at}`,
  ];
}

export function presenceIn(row: Readonly<Record<string, unknown>>, at: number): Presence {
  const rows = Number(row.n);
  const [missing = 0, empty = 0, nan = 0, infinite = 0] = ["m", "e", "nan", "inf"].map((kind) =>
    Number(row[`${kind}${at}`]),
  );
  return { rows, missing, empty, nan, infinite, present: rows - missing - empty - nan - infinite };
}
