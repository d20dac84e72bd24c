import { sizesOf, type TwoSamples } from "./two-samples.ts";

/** Jensen–Shannon distance in bits (Lin 1991): the square root of the divergence, 0 to 1. */
export function jensenShannon(counts: TwoSamples): number {
  const { n, m } = sizesOf(counts);
  const part = (share: number, middle: number) => (share === 0 ? 0 : share * Math.log2(share / middle));
  const divergence = counts.reference.reduce((sum, count, cell) => {
    const [p, q] = [count / n, (counts.current[cell] ?? 0) / m];
    const middle = (p + q) / 2;
    return sum + (part(p, middle) + part(q, middle)) / 2;
  }, 0);
  return Math.sqrt(Math.max(0, divergence));
}
