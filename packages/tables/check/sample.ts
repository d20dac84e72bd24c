import type { Column, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { rowText } from "../digest/digest.ts";
import { keyText } from "../pair/key.ts";
import { identifier } from "../sql.ts";
import { present } from "./distinct.ts";
import { comparedValues, type Side } from "./overlap.ts";
import { breaks, type Rule } from "./rule.ts";

/** A rule of single rows; that these columns together are different in every row; that their values do not stand in another table. */
export type Breakable =
  | { rule: Rule }
  | { unique: readonly Column[] }
  | { absent: readonly Column[]; from: Side };

export interface SampleRequest {
  table: string;
  columns: readonly Column[];
  most: number;
}

/**
 * For each rule the positions, from 1, of some of the rows that break it: those with the smallest digests. The same rows for any order of the
 * table, number of threads and split into files; one pass for all rules.
 */
export async function sampleBroken(
  tables: Tables,
  { table, columns, most }: SampleRequest,
  rules: readonly Breakable[],
): Promise<number[][]> {
  if (rules.length === 0) return [];
  const conditions = rules.map((rule) => conditionOf(rule, table));
  // Equal rows have equal digests: the position behind it only decides which of them is named.
  const flags = conditions.map((condition, i) => `coalesce(${condition}, false) AS p${i}`);
  const any = conditions.map((_, i) => `p${i}`).join(" OR ");
  const picks = conditions.map((_, i) => `min_by(position, digest, ${most}) FILTER (WHERE p${i}) AS s${i}`);
  const [found] = await tables.query(
    `SELECT ${picks.join(", ")} FROM (
       SELECT ${placeIn(columns)} AS position, md5(${rowText(columns)}) || lpad(CAST(${placeIn(columns)} AS VARCHAR), 16, '0') AS digest, ${flags.join(", ")}
       FROM ${identifier(table)}) WHERE ${any}`,
    z.record(z.string(), z.array(z.int()).nullable()),
  );
  return rules.map((_, i) => (found?.[`s${i}`] ?? []).toSorted((one, other) => one - other));
}

/** The keys of rows as one text each, by their positions. */
export async function keysOf(
  tables: Tables,
  { table, columns }: Omit<SampleRequest, "most">,
  key: readonly string[],
  positions: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (positions.length === 0 || key.length === 0) return new Map();
  const found = await tables.query(
    `SELECT * FROM (SELECT ${placeIn(columns)} AS position, ${keyText(key)} AS key FROM ${identifier(table)}) WHERE position IN (${positions.join(", ")})`,
    z.object({ position: z.int(), key: z.string().nullable() }),
  );
  return new Map(found.map(({ position, key }) => [position, key ?? ""]));
}

// A column of this name hides the engine's own.
function placeIn(columns: readonly Column[]): string {
  return columns.some(({ name }) => name.toLowerCase() === "rowid") ? "row_number() OVER ()" : "rowid + 1";
}

/** The columns that a rule is about. */
export function columnsOf(breakable: Breakable): readonly Column[] {
  if ("rule" in breakable) return [breakable.rule.column];
  return "unique" in breakable ? breakable.unique : breakable.absent;
}

function conditionOf(breakable: Breakable, table: string): string {
  if ("rule" in breakable) return `(${breaks(breakable.rule)})`;
  if ("absent" in breakable) {
    const { absent, from } = breakable;
    const own = comparedValues({ columns: absent }, from).join(", ");
    const other = comparedValues(from, { columns: absent }).join(", ");
    return `(${present(absent)} AND (${own}) IN (SELECT ${absent.length === 1 ? other : `(${other})`} FROM ${identifier(from.table)} WHERE ${present(from.columns)}))`;
  }
  const names = breakable.unique.map(({ name }) => identifier(name)).join(", ");
  const tuple = breakable.unique.length === 1 ? names : `(${names})`;
  const where = present(breakable.unique);
  return `(${where} AND ${tuple} IN (SELECT ${tuple} FROM ${identifier(table)} WHERE ${where} GROUP BY ${names} HAVING count(*) > 1))`;
}

/** The values that break a rule, the commonest first, and how many rows have each. */
export async function brokenValues(
  tables: Tables,
  { table, most }: Pick<SampleRequest, "table" | "most">,
  breakable: Breakable,
): Promise<{ value: string; rows: number }[]> {
  const columns = columnsOf(breakable).map(({ name }) => name);
  return tables.query(
    `SELECT left(${keyText(columns)}, 200) AS value, count(*) AS rows FROM ${identifier(table)} WHERE ${conditionOf(breakable, table)} GROUP BY 1 ORDER BY rows DESC, value LIMIT ${most}`,
    z.object({ value: z.string(), rows: z.int() }),
  );
}
