import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import { oneSide, requireCount } from "../confidence.ts";

export interface Ranks {
  /** 1-based rank of the lower bound among the sorted rows; null where n is too small to bound that side. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Ranks of the order statistics that bound a quantile at a two-sided level, whatever the distribution: the number of rows below the
 * quantile is Binomial(n, share) (Conover 1999, section 3.2). Conservative. `share` in (0, 1).
 */
export function quantileRanks(n: number, share: number, level: number): Ranks {
  requireCount("n", n, 1);
  if (!(share > 0 && share < 1)) throw new RangeError(`share must lie in (0, 1): ${share}`);
  const alpha = oneSide(level);
  // The lower bound is x(r) with the largest r whose P(fewer than r rows lie below) is at most alpha.
  const low = firstAbove(n, (below) => binomialCdf(below, n, share), alpha);
  const high = firstAbove(n, (below) => binomialCdf(below, n, 1 - share), alpha);
  return { low: low === 0 ? null : low, high: high === 0 ? null : n + 1 - high };
}

/** The smallest count in 0..n whose cumulated probability exceeds alpha. */
function firstAbove(n: number, cumulated: (count: number) => number, alpha: number): number {
  let [from, to] = [0, n];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (cumulated(middle) > alpha) to = middle;
    else from = middle + 1;
  }
  return from;
}
