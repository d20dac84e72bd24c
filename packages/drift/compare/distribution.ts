import {
  debiased,
  dkwBound,
  effectiveSize,
  homogeneity,
  homogeneityByDrawing,
  jensenShannon,
  kolmogorovSmirnov,
  kolmogorovSmirnovNull,
  mcdiarmidBound,
  populationStability,
  type Random,
  type TwoSamples,
  totalVariation,
  totalVariationNull,
  wasserstein,
} from "@mlops-actions/statistics";
import type { Distribution, Severity } from "../details.ts";

/** Smallest share of rows that counts as drift, and as much again what must be sure to be called severe. */
export const SMALLEST = 0.05;
/** Level of the printed interval: each end errs in 2.5 % at most. */
export const LEVEL = 0.95;
/** Of discoveries that may be false: at 5 % stable columns light up as soon as others drift. */
export const FALSE_DISCOVERIES = 0.01;
// A distance below this goes unseen too often for "nothing was found" to mean anything.
const BLIND = 0.1;
// the 95 % quantile of Kolmogorov's distribution, and what four of five cases add
const SEEN = 1.358 + 0.5;

export type Measured = Omit<Distribution, "q">;

export interface Question {
  counts: TwoSamples;
  /** Ordered cells are compared by their distribution function, categories by their shares. */
  ordered: boolean;
  of: Distribution["of"];
  /** Upper ends of ordered cells. */
  edges?: readonly number[] | undefined;
  /** How many p-values are corrected together: what is drawn must be able to show a p that small. */
  tests: number;
  random: Random;
}

/** One column's values against the reference's. `undefined` where one side has no rows. */
export function distributionOf(asked: Question): Measured | undefined {
  const { counts, ordered, of } = asked;
  const sum = (side: readonly number[]) => side.reduce((total, count) => total + count, 0);
  const n = { reference: sum(counts.reference), current: sum(counts.current) };
  if (n.reference === 0 || n.current === 0) return undefined;
  const { distance, p, chance, low } = ordered ? orderedCells(counts, n) : categories(asked);
  return {
    measure: ordered ? "kolmogorov-smirnov" : "total-variation",
    of,
    n,
    distance,
    effect: debiased(distance, chance),
    // What lies below the estimate lies above it as well: the bounds are symmetric but for the bias of total variation, which is upwards.
    interval: { low: Math.max(0, low), high: Math.min(1, 2 * distance - low), level: LEVEL },
    p,
    detectable: SEEN / Math.sqrt(effectiveSize(n.reference, n.current)),
    reported: {
      psi: populationStability(counts),
      jensenShannon: jensenShannon(counts),
      wasserstein: wassersteinOf(asked),
    },
  };
}

interface Found {
  distance: number;
  p: number;
  /** The mean distance where nothing has changed. */
  chance: number;
  low: number;
}

function orderedCells(counts: TwoSamples, n: Distribution["n"]): Found {
  const { distance, p } = kolmogorovSmirnov(counts);
  return {
    distance,
    p,
    chance: kolmogorovSmirnovNull(n.reference, n.current),
    low: dkwBound(distance, { n: n.reference, m: n.current, alpha: 1 - LEVEL }),
  };
}

function categories({ counts, tests, random }: Question): Found {
  const limit = homogeneity(counts);
  return {
    distance: totalVariation(counts),
    p: limit.sparse
      ? homogeneityByDrawing(counts, Math.max(9_999, Math.ceil((2 * tests) / FALSE_DISCOVERIES)), random)
      : limit.p,
    chance: totalVariationNull(counts),
    low: mcdiarmidBound(counts, (1 - LEVEL) / 2),
  };
}

// Over bins the outermost rows have no end: what they moved beyond it is not seen.
function wassersteinOf({ counts, ordered, edges = [] }: Question): number | null {
  const last = edges.at(-1);
  return ordered && last !== undefined ? wasserstein(counts, [...edges, last]) : null;
}

/** Drift: more than chance, and enough to matter. Severe: at least that much, whatever the distributions. */
export function severityOf({ q, effect, interval, detectable }: Distribution): Severity {
  const isFound = q < FALSE_DISCOVERIES && effect >= SMALLEST;
  if (isFound) return interval.low >= SMALLEST ? "severe" : "warn";
  return detectable > BLIND ? "unclear" : "quiet";
}
