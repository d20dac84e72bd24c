import type { Column, ColumnType } from "@mlops-actions/core";
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
    const items = part.flatMap(({ name, type }, at) => counts(identifier(name), type, at));
    const [row] = await engine.run(`SELECT count(*) AS n, ${items.join(", ")} FROM ${identifier(table)}`);
    if (row === undefined) throw new Error("An aggregate gave no row");
    rows = Number(row.n);
    for (const [at, { name, type }] of part.entries()) {
      const [missing, empty, nan, infinite] = ["m", "e", "nan", "inf"].map((kind) =>
        Number(row[`${kind}${at}`]),
      );
      const known = {
        rows,
        missing: missing ?? 0,
        empty: empty ?? 0,
        nan: nan ?? 0,
        infinite: infinite ?? 0,
      };
      const present = rows - known.missing - known.empty - known.nan - known.infinite;
      columns.push({ name, type, presence: { ...known, present } });
    }
  }
  return { rows, columns };
}

function counts(column: string, type: ColumnType, at: number): string[] {
  const when = (applies: boolean, condition: string) => (applies ? `count_if(${condition})` : "0");
  return [
    `count(*) - count(${column}) AS m${at}`,
    `${when(type === "string", `${column} = ''`)} AS e${at}`,
    `${when(type === "number", `isnan(${column})`)} AS nan${at}`,
    `${when(type === "number", `isinf(${column})`)} AS inf${at}`,
  ];
}
