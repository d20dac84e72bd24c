import { requireCount } from "../confidence.ts";
import type { PairWithError } from "../interval/logit.ts";

/** Placement values of one class under one score: the mean is the AUC; variances are of the rows, with n − 1. */
export interface Placements {
  /** Rows of this class, ≥ 2. */
  readonly n: number;
  readonly meanA: number;
  readonly varA: number;
}

/** The same rows under two scores. */
export interface PairedPlacements extends Placements {
  readonly meanB: number;
  readonly varB: number;
  readonly covAB: number;
}

export interface ByClass<Sums> {
  readonly positives: Sums;
  readonly negatives: Sums;
}

/**
 * AUC and its variance from placement values (DeLong, DeLong and Clarke-Pearson 1988; midranks as in Sun and Xu 2014): of one score, or of two
 * with their covariance. `logitInterval` and `logitDifference` turn them into intervals.
 */
export function delong(sums: ByClass<PairedPlacements>): PairWithError;
export function delong(sums: ByClass<Placements>): { a: number; varA: number };
export function delong({ positives, negatives }: ByClass<Placements & Partial<PairedPlacements>>) {
  requireCount("positives", positives.n, 2);
  requireCount("negatives", negatives.n, 2);
  const sum = (part: (of: Placements & Partial<PairedPlacements>) => number) =>
    part(positives) / positives.n + part(negatives) / negatives.n;
  const one = { a: positives.meanA, varA: sum((of) => of.varA) };
  if (!isPaired(positives) || !isPaired(negatives)) return one;
  return {
    ...one,
    b: positives.meanB,
    varB: positives.varB / positives.n + negatives.varB / negatives.n,
    covAB: positives.covAB / positives.n + negatives.covAB / negatives.n,
  };
}

function isPaired(of: Placements & Partial<PairedPlacements>): of is PairedPlacements {
  return of.meanB !== undefined && of.varB !== undefined && of.covAB !== undefined;
}
