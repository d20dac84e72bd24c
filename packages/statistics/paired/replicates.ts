import { type Interval, oneSide, type Sides } from "../confidence.ts";

/** Quantile by linear interpolation between order statistics (Hyndman and Fan 1996, type 7). `sorted` ascending, not empty. */
export function quantile7(sorted: readonly number[] | Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low === high ? low : low + (at - Math.floor(at)) * (high - low);
}

/**
 * Percentile interval and its p-values from replicates. B replicates cannot speak about less than 1 / (B + 1) a side: there the bound is null
 * and the p-value stops.
 */
export function percentile(sorted: Float64Array): {
  interval(level: number): Interval;
  p(limit: number): Sides;
} {
  const least = 1 / (sorted.length + 1);
  const mirrored = sorted.map((value) => -value).reverse();
  return {
    interval(level) {
      const alpha = oneSide(level);
      if (alpha <= least) return { low: null, high: null };
      return { low: quantile7(sorted, alpha), high: -quantile7(mirrored, alpha) + 0 };
    },
    p: (limit) => ({
      below: Math.max(least, share(sorted, limit)),
      above: Math.max(least, share(mirrored, -limit)),
    }),
  };
}

/** The largest share whose quantile is at most `limit`: the inverse of `quantile7`. */
function share(sorted: Float64Array, limit: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) <= limit) from = middle + 1;
    else to = middle;
  }
  if (from === 0) return 0;
  if (from === sorted.length) return 1;
  const below = sorted[from - 1] ?? 0;
  const next = sorted[from] ?? 0;
  return (from - 1 + (limit - below) / (next - below)) / (sorted.length - 1);
}
