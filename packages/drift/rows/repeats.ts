import type { Tables } from "@mlops-actions/core";
import { type ColumnProfile, identifier } from "@mlops-actions/tables";
import { z } from "zod";
import type { Details } from "../details.ts";
import type { JudgedRows } from "./current.ts";

// A column that names somebody, by its name, or because nothing else is known of it.
const NAMES_SOMEBODY =
  /(^|_)(id|key|user|customer|client|account|session|device|patient|person|member|store|group)(_|id|$)/i;
/** Fewer rows of one value than this are hardly a repetition. */
const ROWS_EACH = 2;
const VALUES = 20;
/** Share of the variance that is between the values: above it rows tell much less than their number. */
const CORRELATED = 0.05;

const ROW = z.object({
  groups: z.int(),
  n: z.int(),
  squares: z.number(),
  between: z.number().nullable(),
  total: z.number().nullable(),
});

/**
 * A column whose rows are more like each other than rows at random are: users, sessions. Its values are then the sample, and its rows make every
 * test here surer than it may be (intra-cluster correlation by analysis of variance, Donner 1986).
 *
 * @param key columns that name a row
 */
export async function repeatsIn(
  tables: Tables,
  rows: JudgedRows,
  { columns, key }: { columns: readonly ColumnProfile[]; key: readonly string[] },
): Promise<Details["repeats"]> {
  if (rows.cluster !== null) return null;
  const compared = new Map(columns.map((column) => [column.name, column]));
  const candidates = rows.table.columns.filter(({ name, type }) => {
    if (type !== "string" && type !== "integer") return false;
    const known = compared.get(name);
    const isHidden = known?.kind === "category" && known.lengths !== null;
    return key.includes(name) || isHidden || NAMES_SOMEBODY.test(name);
  });
  const quantities = columns.flatMap(quantityOf);
  let found: Details["repeats"] = null;
  for (const { name } of candidates) {
    const values = await sizeOf(tables, rows.name, name);
    if (values === undefined) continue;
    for (const { of, sql } of quantities) {
      if (of === name) continue;
      const correlation = await correlationOf(tables, rows.name, name, sql);
      if (correlation > CORRELATED && correlation > (found?.correlation ?? 0))
        found = { column: name, ...values, like: of, correlation: Number(correlation.toFixed(3)) };
    }
  }
  return found;
}

/** A number of each row: the column itself, or whether it has the commonest value. */
function quantityOf(column: ColumnProfile): { of: string; sql: string }[] {
  const name = identifier(column.name);
  if (column.kind === "number") return [{ of: column.name, sql: `CAST(${name} AS DOUBLE)` }];
  const value = column.kind === "category" ? column.values[0]?.value : undefined;
  if (value === undefined) return [];
  return [
    {
      of: column.name,
      sql: `CASE WHEN CAST(${name} AS VARCHAR) = '${value.replaceAll("'", "''")}' THEN 1.0 ELSE 0.0 END`,
    },
  ];
}

async function sizeOf(
  tables: Tables,
  from: string,
  column: string,
): Promise<{ values: number; rows: number } | undefined> {
  const [found] = await tables.query(
    `SELECT count(DISTINCT ${identifier(column)}) AS values, count(${identifier(column)}) AS rows FROM ${identifier(from)}`,
    z.object({ values: z.int(), rows: z.int() }),
  );
  return found !== undefined && found.values >= VALUES && found.rows >= ROWS_EACH * found.values
    ? found
    : undefined;
}

async function correlationOf(tables: Tables, from: string, column: string, sql: string): Promise<number> {
  const [found] = await tables.query(
    `WITH v AS (SELECT ${identifier(column)} AS g, ${sql} AS x FROM ${identifier(from)}),
       finite AS (SELECT * FROM v WHERE g IS NOT NULL AND isfinite(x)),
       whole AS (SELECT avg(x) AS mean FROM finite),
       groups AS (SELECT count(*) AS c, avg(x) AS mean FROM finite GROUP BY g)
     SELECT CAST(count(*) AS BIGINT) AS groups, CAST(coalesce(sum(c), 0) AS BIGINT) AS n, CAST(coalesce(sum(c * c), 0) AS DOUBLE) AS squares,
       sum(c * pow(groups.mean - whole.mean, 2)) AS between, (SELECT sum(pow(x - mean, 2)) FROM finite, whole) AS total
     FROM groups, whole`,
    ROW,
  );
  if (found === undefined || found.between === null || found.total === null) return 0;
  const { groups: k, n, squares, between, total } = found;
  if (k < 2 || n <= k || total === 0) return 0;
  const meanBetween = between / (k - 1);
  const meanWithin = Math.max(0, total - between) / (n - k);
  const size = (n - squares / n) / (k - 1);
  return (meanBetween - meanWithin) / (meanBetween + (size - 1) * meanWithin);
}
