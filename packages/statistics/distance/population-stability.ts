import { sizesOf, type TwoSamples } from "./two-samples.ts";

/** Population stability index in nats: Σ (p − q) ln(p / q). Half a row is added to every cell (Jeffreys), since an empty one has no logarithm. */
export function populationStability(counts: TwoSamples): number {
  const { n, m } = sizesOf(counts);
  const half = counts.reference.length / 2;
  return counts.reference.reduce((sum, count, cell) => {
    const p = (count + 0.5) / (n + half);
    const q = ((counts.current[cell] ?? 0) + 0.5) / (m + half);
    return sum + (p - q) * Math.log(p / q);
  }, 0);
}
