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
  critical: (alpha) => polished(-normalQuantile(alpha, 0, 1), alpha),
  above: normalAbove,
};

/** Student's t with `df` > 0 degrees of freedom; `Infinity` is the normal distribution. */
export function studentTail(df: number): Tail {
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be positive: ${df}`);
  if (df === Infinity) return normalTail;
  return { critical: (alpha) => -tQuantile(alpha, df), above: (score) => tCdf(-score, df) };
}

function normalAbove(score: number): number {
  return normalCdf(-score, 0, 1);
}

/** The library's quantile is 1e-4 off at 1e-15, its tail is not: Newton's steps on the logarithm of the tail. */
function polished(start: number, alpha: number): number {
  let critical = start;
  for (let step = 0; step < 3 && Number.isFinite(critical); step++) {
    const tail = normalAbove(critical);
    const density = Math.exp((-critical * critical) / 2) / Math.sqrt(2 * Math.PI);
    critical += (Math.log(tail / alpha) * tail) / density;
  }
  return critical;
}
