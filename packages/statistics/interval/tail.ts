import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";

/** The upper tail of a distribution symmetric about 0. */
export interface Tail {
  /** The value exceeded with probability `alpha`. */
  critical(alpha: number): number;
  /** P(S > score). */
  above(score: number): number;
}

export const normalTail: Tail = {
  critical: (alpha) => -normalQuantile(alpha, 0, 1),
  above: (score) => normalCdf(-score, 0, 1),
};

/** Student's t with `df` > 0 degrees of freedom; `Infinity` is the normal distribution. */
export function studentTail(df: number): Tail {
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be positive: ${df}`);
  if (df === Infinity) return normalTail;
  return { critical: (alpha) => -tQuantile(alpha, df), above: (score) => tCdf(-score, df) };
}
