import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { identifier } from "../sql.ts";
import { CROWD } from "./bins.ts";
import type { ColumnProfile } from "./shape.ts";

type Categories = Pick<Extract<ColumnProfile, { kind: "category" }>, "values" | "other">;

/** A column with more values than this shows none: names and free text repeat as well. */
const VALUES = 50;
const LONGEST = 200;

const row = z.object({
  total: z.int(),
  distinct: z.int(),
  singletons: z.int(),
  shown: z.array(z.string()).nullable(),
  counts: z.array(z.int()).nullable(),
});

/** The values that at least ten rows have, in a column of at most fifty values; the rest is counted and not named. */
export async function categoriesOf(tables: Tables, from: string, column: string): Promise<Categories> {
  const value = `CAST(${identifier(column)} AS VARCHAR)`;
  const shown = `FILTER (WHERE c >= ${CROWD} AND length(v) <= ${LONGEST} AND all_values <= ${VALUES})`;
  const [found] = await tables.query(
    `SELECT CAST(coalesce(sum(c), 0) AS BIGINT) AS total, count(*) AS distinct, count(*) FILTER (WHERE c = 1) AS singletons,
      list(v ORDER BY c DESC, v) ${shown} AS shown, list(c ORDER BY c DESC, v) ${shown} AS counts
     FROM (SELECT v, c, count(*) OVER () AS all_values FROM (SELECT ${value} AS v, count(*) AS c FROM ${identifier(from)} WHERE ${value} <> '' GROUP BY v))`,
    row,
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  const values = (found.shown ?? []).map((value, at) => ({ value, count: found.counts?.[at] ?? 0 }));
  return {
    values,
    other: {
      count: found.total - values.reduce((sum, { count }) => sum + count, 0),
      distinct: found.distinct - values.length,
      singletons: found.singletons,
    },
  };
}
