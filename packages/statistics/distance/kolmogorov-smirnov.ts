import { kolmogorovTail } from "./kolmogorov.ts";
import { effectiveSize, sizesOf, type TwoSamples } from "./two-samples.ts";

// a table of so many lattice points takes a few milliseconds
const EXACT = 1_000_000;

/**
 * Two-sample Kolmogorov–Smirnov (Smirnov 1939) over ordered cells: the largest difference of the two distribution functions at the cells' upper ends,
 * and its two-sided p. Exact by lattice paths (Hodges 1958) up to n·m = 1,000,000, else Kolmogorov's limit. With ties, and where values share a cell,
 * the p is conservative: the distance between the values themselves is this large or larger.
 */
export function kolmogorovSmirnov(counts: TwoSamples): { distance: number; p: number } {
  const { n, m } = sizesOf(counts);
  let [below, lower, distance] = [0, 0, 0];
  counts.reference.forEach((count, cell) => {
    below += count;
    lower += counts.current[cell] ?? 0;
    distance = Math.max(distance, Math.abs(below / n - lower / m));
  });
  if (distance === 0) return { distance, p: 1 };
  const p =
    n * m <= EXACT ? exactTail(distance, n, m) : kolmogorovTail(Math.sqrt(effectiveSize(n, m)) * distance);
  return { distance, p: Math.min(1, Math.max(0, p)) };
}

/** E[D] where nothing has changed: √(π/2)·ln 2 / √N (the mean of Kolmogorov's distribution). */
export function kolmogorovSmirnovNull(n: number, m: number): number {
  return (Math.sqrt(Math.PI / 2) * Math.LN2) / Math.sqrt(effectiveSize(n, m));
}

/** P(D ≥ d): one less the share of monotone lattice paths that stay within d of the diagonal. */
function exactTail(distance: number, n: number, m: number): number {
  const within = (0.5 + Math.floor(distance * n * m - 1e-7)) / (n * m);
  const outside = (i: number, j: number) => Math.abs(i / n - j / m) > within;
  const row = new Float64Array(m + 1);
  for (let j = 0; j <= m; j++) row[j] = outside(0, j) ? 0 : 1;
  for (let i = 1; i <= n; i++) {
    const weight = i / (i + m);
    row[0] = outside(i, 0) ? 0 : weight * (row[0] ?? 0);
    for (let j = 1; j <= m; j++) row[j] = outside(i, j) ? 0 : weight * (row[j] ?? 0) + (row[j - 1] ?? 0);
  }
  return 1 - (row[m] ?? 0);
}
