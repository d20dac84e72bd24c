import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { centredProduct, quotient } from "../exact.ts";
import { identifier } from "../sql.ts";

/** Fewer rows than this are nobody's crowd: no bin (but an empty one), value or end of a profile is made of fewer. */
export const CROWD = 10;
const BINS = 100;
const END = 0.005;
/** As in `moments`: sums on this grid stay in 128 bits. */
const gridBits = 46;
/** The smallest number with all of its digits. */
const SMALLEST = 2 ** -1022;

export interface Binned {
  edges: number[];
  counts: number[];
  mean: number | null;
  sd: number | null;
  ends: { low: number; high: number } | null;
}

const raw = z.object({
  lowest: z.number(),
  highest: z.number(),
  n: z.int(),
  sum: z.string().nullable(),
  squares: z.string().nullable(),
  origin: z.number(),
  step: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
type Raw = z.infer<typeof raw>;
type Bin = Pick<Raw, "lowest" | "highest" | "n">;

/**
 * Bins of about equally many rows, at most 100, none of fewer than ten; mean and standard deviation from sums of integers, so that they have the
 * same bits for any order of rows and number of threads. Edges lie half way between neighbouring values, so none need be anybody's value. An outermost
 * bin that is one value has an empty one right beside it: what later moves beyond that value falls into it.
 *
 * @param number SQL of the number; what is missing or not finite is left out
 */
export async function binned(tables: Tables, from: string, number: string): Promise<Binned> {
  const found = await tables.query(sqlOf(from, number), raw);
  const bins = crowds(found);
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  const [first] = found;
  if (first === undefined || n < CROWD) return { edges: [], counts: [n], mean: null, sd: null, ends: null };
  const { low, high } = first;
  const inner = bins.slice(1).map((bin, at) => between(bins[at]?.highest ?? Number.NaN, bin.lowest));
  const step = bins.length === 1 ? SMALLEST : first.step;
  const below = besides(bins.at(0), -1, step);
  const above = besides(bins.at(-1), 1, step);
  return {
    edges: [...below, ...inner, ...above],
    counts: [...below.map(() => 0), ...bins.map((bin) => bin.n), ...above.map(() => 0)],
    ...momentsOf(found, BigInt(n)),
    ends: low === null || high === null ? null : { low, high },
  };
}

function sqlOf(from: string, number: string): string {
  const middle = (one: string, other: string) =>
    `CASE WHEN ${one} / 2 + ${other} / 2 < ${other} THEN greatest(${one}, ${one} / 2 + ${other} / 2) ELSE ${one} END`;
  const alone = `CASE WHEN c >= ${CROWD} THEN x END`;
  // Adding zero makes -0 and 0 one value.
  return `WITH v AS MATERIALIZED (SELECT x, count(*) AS c FROM (SELECT CAST((${number}) AS DOUBLE) + 0.0::DOUBLE AS x FROM ${identifier(from)}) WHERE isfinite(x) GROUP BY x),
    whole AS MATERIALIZED (SELECT min(x) AS origin, max(x) - min(x) AS reach, CAST(sum(c) AS BIGINT) AS n FROM v),
    grid AS MATERIALIZED (SELECT *, greatest(CASE WHEN reach > 0 AND isfinite(reach) THEN pow(2, ceil(log2(reach)) - ${gridBits}) ELSE 1 END, ${SMALLEST}) AS step FROM whole),
    w AS MATERIALIZED (SELECT x, c, n, CAST(sum(c) OVER o AS BIGINT) AS reached, lag(x) OVER o AS before, lead(x) OVER o AS after,
        CASE WHEN isfinite(reach) THEN CAST(round((x - origin) / step) AS HUGEINT) END AS k
      FROM v, grid WINDOW o AS (ORDER BY x ROWS UNBOUNDED PRECEDING)),
    outer_ends AS (SELECT
        min(CASE WHEN after IS NULL THEN ${alone} ELSE ${middle("x", "after")} END) FILTER (WHERE reached >= greatest(${CROWD}, ceil(n * ${END}))) AS low,
        max(CASE WHEN before IS NULL THEN ${alone} ELSE ${middle("before", "x")} END) FILTER (WHERE n - reached + c >= greatest(${CROWD}, ceil(n * ${END}))) AS high
      FROM w)
    SELECT min(x) AS lowest, max(x) AS highest, CAST(sum(c) AS BIGINT) AS n, CAST(sum(c * k) AS VARCHAR) AS sum, CAST(sum(c * k * k) AS VARCHAR) AS squares,
      any_value(origin) AS origin, any_value(step) AS step, any_value(low) AS low, any_value(high) AS high
    FROM w, (SELECT origin, step FROM grid), outer_ends GROUP BY (2 * reached - c) * ${BINS} // (2 * n) ORDER BY lowest`;
}

/** A number that parts two neighbouring values: at least the lower, less than the upper. */
function between(lower: number, upper: number): number {
  const middle = lower / 2 + upper / 2;
  return middle > lower && middle < upper ? middle : lower;
}

/** An edge right beside the one value of an outermost bin, no closer than sums are exact to. */
function besides(bin: Bin | undefined, side: -1 | 1, step: number): number[] {
  if (bin === undefined || bin.lowest !== bin.highest) return [];
  const edge = bin.lowest + side * Math.max(step, Math.abs(bin.lowest) * Number.EPSILON);
  return Number.isFinite(edge) ? [edge] : [];
}

/** Merges neighbours until each bin is a crowd. */
function crowds(found: readonly Raw[]): Bin[] {
  const bins: Bin[] = [];
  for (const { lowest, highest, n } of found) {
    const last = bins.at(-1);
    if (last !== undefined && last.n < CROWD) Object.assign(last, { highest, n: last.n + n });
    else bins.push({ lowest, highest, n });
  }
  const last = bins.at(-1);
  const before = bins.at(-2);
  if (last === undefined || before === undefined || last.n >= CROWD) return bins;
  return [...bins.slice(0, -2), { lowest: before.lowest, highest: last.highest, n: before.n + last.n }];
}

function momentsOf(found: readonly Raw[], n: bigint): Pick<Binned, "mean" | "sd"> {
  const [first] = found;
  // They reach further than a double: no grid holds them.
  if (first === undefined || found.some(({ sum }) => sum === null)) return { mean: null, sd: null };
  const total = (of: "sum" | "squares") => found.reduce((sum, bin) => sum + BigInt(bin[of] ?? "0"), 0n);
  const [sum, squares] = [total("sum"), total("squares")];
  const { origin, step } = first;
  return {
    mean: origin + step * quotient(sum, n),
    sd: step * Math.sqrt(quotient(centredProduct(n, sum, sum, squares), n * (n - 1n))),
  };
}
