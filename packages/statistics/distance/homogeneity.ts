import gammainc from "@stdlib/math-base-special-gammainc";
import { drawHypergeometric } from "../random/hypergeometric.ts";
import type { Random } from "../random/xoshiro256.ts";
import { sizesOf, type TwoSamples } from "./two-samples.ts";

/** Pearson's chi-square of a two-row table; `sparse` where Cochran's rule (1954) forbids its limit: more than a fifth of the cells expect fewer than five. */
export interface Homogeneity {
  chiSquare: number;
  df: number;
  p: number;
  sparse: boolean;
}

/** Whether two samples have the same shares of categories (Pearson 1900, two-sample): both are samples, neither is taken for the truth. */
export function homogeneity(counts: TwoSamples): Homogeneity {
  const table = tableOf(counts);
  const chiSquare = chiSquareOf(table, table.current);
  const df = table.totals.length - 1;
  const few = table.totals.reduce(
    (cells, total) =>
      cells + Number((total * table.n) / table.size < 5) + Number((total * table.m) / table.size < 5),
    0,
  );
  return {
    chiSquare,
    df,
    p: df === 0 ? 1 : gammainc(chiSquare / 2, df / 2, true, true),
    sparse: few > (2 * table.totals.length) / 5,
  };
}

// Besag and Clifford: with so many tables as extreme, the p is known well enough.
const EXTREME = 20;

/**
 * The p of the same statistic given both margins, by drawing tables: (as extreme + 1) / (draws + 1), or sequentially 20 / draws as soon as 20 are as
 * extreme (Besag and Clifford 1991). Right at any counts.
 */
export function homogeneityByDrawing(counts: TwoSamples, draws: number, random: Random): number {
  const table = tableOf(counts);
  if (table.totals.length === 1) return 1;
  const seen = chiSquareOf(table, table.current);
  // The rarest first: what is left for the commonest costs nothing.
  const order = table.totals
    .map((_, cell) => cell)
    .sort((a, b) => (table.totals[a] ?? 0) - (table.totals[b] ?? 0));
  const drawn = new Array<number>(table.totals.length).fill(0);
  let extreme = 0;
  for (let draw = 1; draw <= draws; draw++) {
    let [left, toDraw] = [table.size, table.m];
    for (const cell of order) {
      const total = table.totals[cell] ?? 0;
      const count = drawHypergeometric({ population: left, marked: total, drawn: toDraw }, random);
      drawn[cell] = count;
      left -= total;
      toDraw -= count;
    }
    // Rounding must not part tables that are the same.
    if (chiSquareOf(table, drawn) >= seen * (1 - 1e-9)) extreme++;
    if (extreme === EXTREME) return EXTREME / draw;
  }
  return (extreme + 1) / (draws + 1);
}

interface Table {
  totals: number[];
  current: number[];
  n: number;
  m: number;
  size: number;
}

/** Without the categories that neither sample has. */
function tableOf(counts: TwoSamples): Table {
  const { n, m } = sizesOf(counts);
  const cells = counts.reference
    .map((count, cell) => ({
      total: count + (counts.current[cell] ?? 0),
      current: counts.current[cell] ?? 0,
    }))
    .filter(({ total }) => total > 0);
  return {
    totals: cells.map(({ total }) => total),
    current: cells.map(({ current }) => current),
    n,
    m,
    size: n + m,
  };
}

function chiSquareOf({ totals, n, m, size }: Table, current: readonly number[]): number {
  return totals.reduce((sum, total, cell) => {
    const expected = (total * m) / size;
    const difference = ((current[cell] ?? 0) - expected) ** 2;
    return sum + difference / expected + (difference * m) / (expected * n);
  }, 0);
}
