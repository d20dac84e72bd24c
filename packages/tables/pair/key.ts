import { listed, shown, type Tables, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { identifier, literal } from "../sql.ts";

const columnRow = z.object({ name: z.string(), type: z.string() });

/** The column types of an opened table, by name. */
export async function columnTypes(tables: Tables, table: string): Promise<Map<string, string>> {
  const rows = await tables.query(
    `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = ${literal(table)} ORDER BY column_index`,
    columnRow,
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

/**
 * SQL that is true where a row of the test (`t`) and one of a side have the same key. A whole number and the text of
 * it are the same key, as are 7 and 7.0; other mixtures are refused, because they would silently match nothing.
 */
export async function sameKey(
  tables: Tables,
  test: string,
  side: string,
  key: readonly string[],
  alias: string,
): Promise<string> {
  if (side === test) return `t.rowid = ${alias}.rowid`;
  if (key.length === 0) {
    throw new UserError("key-needed", `Nothing says which row of ${side} belongs to which row of ${test}.`, {
      remedy: "Name the columns that identify a row: `data.key` in mlops.yml.",
    });
  }
  const [ours, theirs] = await Promise.all([columnTypes(tables, test), columnTypes(tables, side)]);
  const terms = key.map((column) => {
    const left = typeOf(ours, test, column);
    const right = typeOf(theirs, side, column);
    const common = comparable(left, right);
    if (common === undefined) {
      throw new UserError(
        "key-type",
        `The key ${shown(column)} is ${words[left] ?? left} in ${test}, but ${words[right] ?? right} in ${side}.`,
        { remedy: "Write the key in the same form on both sides." },
      );
    }
    const as = (from: string, type: string) =>
      type === common ? `${from}.${identifier(column)}` : `CAST(${from}.${identifier(column)} AS ${common})`;
    return `${as("t", left)} = ${as(alias, right)}`;
  });
  return terms.join(" AND ");
}

const words: Readonly<Record<string, string>> = {
  BIGINT: "a whole number",
  DOUBLE: "a number",
  VARCHAR: "text",
  BOOLEAN: "true or false",
  DATE: "a date",
  TIMESTAMP: "a time",
};

function comparable(left: string, right: string): string | undefined {
  if (left === right) return left;
  const both = new Set([left, right]);
  const are = (one: string, other: string) => both.has(one) && both.has(other);
  if (are("BIGINT", "DOUBLE")) return "DOUBLE";
  if (are("BIGINT", "VARCHAR") || are("DATE", "VARCHAR")) return "VARCHAR";
  if (are("DATE", "TIMESTAMP")) return "TIMESTAMP";
  return undefined;
}

function typeOf(types: Map<string, string>, table: string, column: string): string {
  const type = types.get(column);
  if (type !== undefined) return type;
  throw new UserError(
    "column-missing",
    `${table} has no column ${shown(column)}; it has ${listed([...types.keys()])}.`,
    {
      remedy: "Correct the name in mlops.yml, or write the column.",
    },
  );
}

/** @throws UserError when a row has no key, or two rows have the same */
export async function refuseBadKeys(tables: Tables, table: string, key: readonly string[]): Promise<void> {
  const columns = key.map(identifier);
  const types = await columnTypes(tables, table);
  for (const column of key) typeOf(types, table, column);
  const [missing] = await tables.query(
    `SELECT count_if(${columns.map((column) => `${column} IS NULL`).join(" OR ")}) AS n FROM ${identifier(table)}`,
    z.object({ n: z.int() }),
  );
  if (missing && missing.n > 0) {
    throw new UserError(
      "key-missing",
      `${missing.n} rows of ${table} have no value in the key (${listed(key)}).`,
      {
        remedy: "Give every row a key, or name other columns as the key.",
      },
    );
  }
  const repeated = await tables.query(
    `SELECT ${keyText(key)} AS key, n, count(*) OVER () AS keys FROM (SELECT ${columns.join(", ")}, count(*) AS n FROM ${identifier(table)} GROUP BY ALL HAVING count(*) > 1) ORDER BY key LIMIT 5`,
    z.object({ key: z.string(), n: z.int(), keys: z.int() }),
  );
  const [first] = repeated;
  if (first !== undefined) {
    throw new UserError(
      "key-duplicate",
      `${first.keys === 1 ? "1 key" : `${first.keys} keys`} of ${table} (${listed(key)}) stand${first.keys === 1 ? "s" : ""} in more than one row; the first: ${repeated.map((one) => `${shown(one.key)} (${one.n} rows)`).join(", ")}.`,
      { remedy: "Write every key once, or name the columns that together identify a row." },
    );
  }
}

/** A key as one text, for messages. */
export function keyText(key: readonly string[]): string {
  const parts = key.map((column) => `CAST(${identifier(column)} AS VARCHAR)`);
  return parts.length === 1 ? (parts[0] as string) : `concat_ws(', ', ${parts.join(", ")})`;
}
