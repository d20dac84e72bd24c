import { createHash } from "node:crypto";
import type { Column, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { identifier } from "../sql.ts";

/** What a digest needs to know of a column. */
export type DigestColumn = Pick<Column, "name" | "type">;

/**
 * SQL of a row's canonical text: its values in the order of the columns' names, each behind U+001F, missing as `\N`;
 * backslash and U+001F in values are escaped, so that no two rows share a text.
 */
export function rowText(columns: readonly DigestColumn[]): string {
  const values = ordered(columns).map(
    ({ name, type }) => `coalesce(${canonical(identifier(name), type)}, '\\N')`,
  );
  return `concat_ws(chr(31), ${values.join(", ")})`;
}

/** SQL of a row's digest: MD5 of its text, in hexadecimal. Tells rows apart; it is no protection against forgery. */
export function rowDigest(columns: readonly DigestColumn[]): string {
  return `md5(${rowText(columns)})`;
}

/**
 * The digest of a table's content: the same for any order of rows and columns, file split, format and number of
 * threads. SHA-256 of the columns' names and types, the number of rows, and the sum of the rows' digests modulo 2^128.
 */
export async function datasetDigest(
  tables: Tables,
  table: string,
  columns: readonly DigestColumn[],
): Promise<string> {
  const [found] = await tables.query(
    `SELECT count(*) AS n, CAST(coalesce(sum(CAST(md5_number_lower(t) AS HUGEINT)), 0) AS VARCHAR) AS low, CAST(coalesce(sum(CAST(md5_number_upper(t) AS HUGEINT)), 0) AS VARCHAR) AS high
     FROM (SELECT ${rowText(columns)} AS t FROM ${identifier(table)})`,
    z.object({ n: z.int(), low: z.string(), high: z.string() }),
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  const sum = BigInt.asUintN(128, (BigInt(found.high) << 64n) + BigInt(found.low));
  const shape = ordered(columns).map(({ name, type }) => [name, type]);
  return createHash("sha256")
    .update(JSON.stringify(["rows-v1", shape, found.n, sum.toString(16).padStart(32, "0")]))
    .digest("hex");
}

function ordered(columns: readonly DigestColumn[]): DigestColumn[] {
  return [...columns].sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

function canonical(column: string, type: Column["type"]): string {
  if (type === "string") return `replace(replace(${column}, '\\', '\\\\'), chr(31), '\\u')`;
  // Adding zero makes -0 and 0 one value.
  if (type === "number") return `CAST(${column} + 0.0::DOUBLE AS VARCHAR)`;
  if (type === "timestamp") return `CAST(epoch_us(${column}) AS VARCHAR)`;
  return `CAST(${column} AS VARCHAR)`;
}
