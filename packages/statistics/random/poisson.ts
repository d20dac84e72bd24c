import type { Random } from "./xoshiro256.ts";

// exp(-mean) must not vanish; a larger mean is a sum of smaller ones.
const MOST = 500;

/** A Poisson number with a mean ≥ 0 by sequential inversion (Devroye 1986, X.3.3): one uniform number per 500 of the mean. */
export function drawPoisson(mean: number, random: Random): number {
  let drawn = 0;
  for (let left = mean; left > 0; left -= MOST) drawn += inverted(Math.min(left, MOST), random());
  return drawn;
}

function inverted(mean: number, uniform: number): number {
  let probability = Math.exp(-mean);
  let left = uniform;
  let count = 0;
  while (left >= probability) {
    left -= probability;
    count += 1;
    probability *= mean / count;
    // Rounding leaves a residue that no count reaches.
    if (probability === 0) break;
  }
  return count;
}
