import { requireCount } from "../confidence.ts";

/**
 * A lower bound of the true Kolmogorov distance, whatever the distributions and at any size: distance − √(ln(4/α)/2)·(1/√n + 1/√m) (Dvoretzky, Kiefer
 * and Wolfowitz 1956 for each sample, with the constant of Massart 1990). It errs in at most α of cases; negative where it says nothing.
 */
export function dkwBound(distance: number, { n, m, alpha }: { n: number; m: number; alpha: number }): number {
  requireCount("n", n, 1);
  requireCount("m", m, 1);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1): ${alpha}`);
  return distance - Math.sqrt(Math.log(4 / alpha) / 2) * (1 / Math.sqrt(n) + 1 / Math.sqrt(m));
}
