import type { Estimate } from "@mlops-actions/core";
import { quantileRanks } from "@mlops-actions/statistics";
import { conjunction, identifier } from "@mlops-actions/tables";
import { z } from "zod";
import { columnName, type JudgedRows, SIDES } from "./judged-rows.ts";
import type { Plan } from "./question.ts";

const total = z.object({ n: z.number(), lost: z.number(), value: z.number().nullable() });
const bounds = z.object({ low: z.number().nullable(), high: z.number().nullable() });

/** Quantities of the sorted rows (a median, a maximum) and their number, on the rows of one slice. */
export async function estimateOrder(
  { tables, name }: JudgedRows,
  { contrast, parts: [part], where }: Plan,
  level: number,
): Promise<Estimate> {
  if (part === undefined) throw new Error("a contrast without terms");
  const { unit } = contrast;
  const weight = contrast.terms[0]?.weight ?? 1;
  const { by } = part.metric;
  const filter = conjunction(where.map((one) => ({ ...one, column: columnName(one.column) })));
  const row = by.family === "order" ? by.row(SIDES[part.source]) : "1";
  const quantile = by.family === "order" ? by.quantile : 1;
  const [found] = await tables.query(
    `SELECT count(*)::DOUBLE AS n, (count(*) - count(${row}))::DOUBLE AS lost,
       quantile_cont(${row}, ${quantile})::DOUBLE AS value FROM ${identifier(name)} WHERE ${filter}`,
    total,
  );
  const n = found?.n ?? 0;
  if (by.family === "rows") return { kind: "exact", value: weight * n, unit, n };
  if (n === 0 || found?.value === null || found === undefined)
    return { kind: "missing", reason: "no-rows", detail: "no rows", n };
  const value = weight * found.value;
  // The largest error on these rows is a fact about them; it bounds nothing beyond them.
  if (quantile === 1) return { kind: "exact", value, unit, n };
  const ranks = quantileRanks(n, quantile, level);
  const at = (rank: number | null) => (rank === null ? "NULL" : `max(v) FILTER (rank = ${rank})`);
  const [bound] = await tables.query(
    `SELECT (${at(ranks.low)})::DOUBLE AS low, (${at(ranks.high)})::DOUBLE AS high
       FROM (SELECT ${row} AS v, row_number() OVER (ORDER BY ${row}) AS rank FROM ${identifier(name)} WHERE ${filter})`,
    bounds,
  );
  const scaled = (end: number | null | undefined) =>
    end === null || end === undefined ? null : weight * end;
  const [low, high] = weight > 0 ? [bound?.low, bound?.high] : [bound?.high, bound?.low];
  return {
    kind: "sampled",
    value,
    unit,
    n,
    of: "row",
    method: "order statistics",
    interval: { low: scaled(low), high: scaled(high), level },
    promise: { holds: true },
  };
}
