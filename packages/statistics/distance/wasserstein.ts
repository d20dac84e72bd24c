import { sizesOf, type TwoSamples } from "./two-samples.ts";

/**
 * Wasserstein-1 (Kantorovich 1942): ∫|F − G|, how far a row has moved in the mean, in the values' unit. `at` are the points, ascending, at which the cells
 * end; what lies beyond the first and last of them is not seen, so that over bins it is a lower figure.
 */
export function wasserstein(counts: TwoSamples, at: readonly number[]): number {
  const { n, m } = sizesOf(counts);
  let [below, lower, moved] = [0, 0, 0];
  at.forEach((point, cell) => {
    below += (counts.reference[cell] ?? 0) / n;
    lower += (counts.current[cell] ?? 0) / m;
    moved += Math.abs(below - lower) * ((at[cell + 1] ?? point) - point);
  });
  return moved;
}
