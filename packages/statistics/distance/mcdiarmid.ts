import { totalVariation } from "./total-variation.ts";
import { sizesOf, type TwoSamples } from "./two-samples.ts";

/**
 * A lower bound of the true total variation at any size: what is seen, less the mean error of both samples' shares (half the sum of their standard
 * deviations), less McDiarmid's (1989) bounded-differences term √(ln(1/α)·(1/n + 1/m)/2). Errs in at most α of cases; negative where it says nothing.
 */
export function mcdiarmidBound(counts: TwoSamples, alpha: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1): ${alpha}`);
  const { n, m } = sizesOf(counts);
  const deviation = (count: number, size: number) => Math.sqrt(((count / size) * (1 - count / size)) / size);
  const error = counts.reference.reduce(
    (sum, count, cell) => sum + deviation(count, n) + deviation(counts.current[cell] ?? 0, m),
    0,
  );
  return totalVariation(counts) - error / 2 - Math.sqrt((Math.log(1 / alpha) * (1 / n + 1 / m)) / 2);
}
