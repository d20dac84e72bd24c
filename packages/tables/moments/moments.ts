import type { Tables } from "@mlops-actions/core";
import { z } from "zod";
import { centredProduct, quotient } from "../exact.ts";
import {
  type Group,
  type Grouping,
  groupClause,
  groupItems,
  groupNames,
  groupOf,
  groupOrder,
} from "../grouping.ts";
import { conjunction, identifier, literal } from "../sql.ts";

export interface MomentsRequest extends Grouping {
  /** SQL numbers: `abs(b_prediction - y)`. */
  expressions: readonly string[];
}

export interface Moments {
  group: Group;
  /** Rows of the group. */
  rows: number;
  /** Rows in which every expression is a finite number: all that follows is of these. */
  n: number;
  /** By expression: rows in which it is missing, and in which it is NaN or infinite. */
  missing: number[];
  nonFinite: number[];
  means: number[];
  /** Covariance matrix with divisor n − 1; empty below two rows. */
  covariance: number[][];
  /** By expression: the largest single row's share of the centred sum of squares, 0 for a constant. */
  maxShare: number[];
  min: number[];
  max: number[];
}

/** Steps of the grid from a value's centre to its end: below the rounding that matters, and sums stay in 128 bits. */
const gridBits = 46;

/**
 * Means and covariances per group that have the same bits for any order of rows, number of threads and split into
 * files: each value is rounded to a grid of 2^-46 of its range around the smallest one, and the sums are of integers.
 */
export async function moments(tables: Tables, request: MomentsRequest): Promise<Moments[]> {
  const by = request.by ?? [];
  const rows = `SELECT ${groupItems(by)}${request.expressions.map((sql, at) => `CAST((${sql}) AS DOUBLE) AS x${at}`).join(", ")} FROM ${identifier(request.from)} WHERE ${conjunction(request.where ?? [])}`;
  const grids = await gridsOf(tables, rows, request.expressions.length);
  const found = await tables.query(sumsSql(rows, by, grids), z.looseObject({ rows: z.int(), n: z.int() }));
  return found.map((row) => ({
    group: groupOf(row, by),
    rows: row.rows,
    n: row.n,
    missing: grids.map((_, at) => Number(row[`m${at}`])),
    nonFinite: grids.map((_, at) => Number(row[`f${at}`])),
    ...fromSums(row, row.n, grids),
  }));
}

/** A value x stands for the integer round((x − from) / step). */
interface Grid {
  from: number;
  step: number;
}

async function gridsOf(tables: Tables, rows: string, width: number): Promise<Grid[]> {
  const items = Array.from({ length: width }, (_, at) => {
    const over = `FILTER (WHERE isfinite(x${at}))`;
    return `min(x${at}) ${over} AS lo${at}, max(x${at}) ${over} AS hi${at}`;
  });
  const [found] = await tables.query(
    `SELECT ${items.join(", ")} FROM (${rows})`,
    z.record(z.string(), z.number().nullable()),
  );
  return Array.from({ length: width }, (_, at) => {
    const low = found?.[`lo${at}`] ?? 0;
    const high = found?.[`hi${at}`] ?? 0;
    const range = high - low;
    if (!Number.isFinite(range)) throw new Error(`Expression ${at} ranges over more than a double holds`);
    // A power of two: differences of labels and of counts then lie on the grid exactly.
    return { from: low, step: range > 0 ? 2 ** (Math.ceil(Math.log2(range)) - gridBits) : 1 };
  });
}

function sumsSql(rows: string, by: readonly string[], grids: readonly Grid[]): string {
  const complete = grids.map((_, at) => `k${at} IS NOT NULL`).join(" AND ");
  const steps = grids.map(
    ({ from, step }, at) =>
      `CASE WHEN isfinite(x${at}) THEN CAST(round((x${at} - ${literal(from)}) / ${literal(step)}) AS BIGINT) END AS k${at}`,
  );
  const over = `FILTER (WHERE ${complete})`;
  const sums = grids.flatMap((_, at) => [
    `count_if(x${at} IS NULL) AS m${at}`,
    `count_if(NOT isfinite(x${at})) AS f${at}`,
    `CAST(sum(k${at}) ${over} AS VARCHAR) AS s${at}`,
    `CAST(min(k${at}) ${over} AS VARCHAR) AS lo${at}`,
    `CAST(max(k${at}) ${over} AS VARCHAR) AS hi${at}`,
    ...grids
      .slice(at)
      .map(
        (__, more) =>
          `CAST(sum(k${at}::HUGEINT * k${at + more}::HUGEINT) ${over} AS VARCHAR) AS q${at}_${at + more}`,
      ),
  ]);
  return `SELECT ${groupNames(by)}count(*) AS rows, count(*) ${over} AS n, ${sums.join(", ")}
    FROM (SELECT *, ${steps.join(", ")} FROM (${rows}))${groupClause(by)}${groupOrder(by)}`;
}

function fromSums(row: Record<string, unknown>, n: number, grids: readonly Grid[]) {
  if (n === 0) {
    const none = grids.map(() => Number.NaN);
    return { means: none, covariance: [], maxShare: grids.map(() => 0), min: none, max: none };
  }
  const whole = (name: string) => BigInt(String(row[name]));
  const rows = BigInt(n);
  /** n² times the covariance with divisor n, in steps: an exact integer. */
  const centred = (one: number, other: number) => {
    const [low, high] = one < other ? [one, other] : [other, one];
    return centredProduct(rows, whole(`s${one}`), whole(`s${other}`), whole(`q${low}_${high}`));
  };
  const at = (grid: Grid, steps: bigint, divisor: bigint) => grid.from + grid.step * quotient(steps, divisor);
  return {
    means: grids.map((grid, i) => at(grid, whole(`s${i}`), rows)),
    covariance:
      n < 2
        ? []
        : grids.map((one, i) =>
            grids.map((other, j) => one.step * other.step * quotient(centred(i, j), rows * (rows - 1n))),
          ),
    maxShare: grids.map((_, i) => {
      const total = centred(i, i);
      if (total === 0n) return 0;
      const distance = (name: string) => {
        const d = rows * whole(name) - whole(`s${i}`);
        return d * d;
      };
      const [low, high] = [distance(`lo${i}`), distance(`hi${i}`)];
      return quotient(larger(low, high), rows * total);
    }),
    min: grids.map((grid, i) => at(grid, whole(`lo${i}`), 1n)),
    max: grids.map((grid, i) => at(grid, whole(`hi${i}`), 1n)),
  };
}

/** `Math.max` takes no big integers. */
function larger(one: bigint, other: bigint): bigint {
  if (one > other) return one;
  return other;
}
