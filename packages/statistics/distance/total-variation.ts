import { sizesOf, type TwoSamples } from "./two-samples.ts";

/** Total variation: half the sum of |p − q| over categories, the share of rows that would have to change their category. */
export function totalVariation(counts: TwoSamples): number {
  const { n, m } = sizesOf(counts);
  return (
    counts.reference.reduce(
      (sum, count, cell) => sum + Math.abs(count / n - (counts.current[cell] ?? 0) / m),
      0,
    ) / 2
  );
}

/** Its mean where nothing has changed, from the two samples' common shares: half the sum of E|normal| over categories. */
export function totalVariationNull(counts: TwoSamples): number {
  const { n, m } = sizesOf(counts);
  const spread = (1 / n + 1 / m) * (2 / Math.PI);
  return (
    counts.reference.reduce((sum, count, cell) => {
      const share = (count + (counts.current[cell] ?? 0)) / (n + m);
      return sum + Math.sqrt(spread * share * (1 - share));
    }, 0) / 2
  );
}
