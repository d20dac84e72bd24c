import gammaln from "@stdlib/math-base-special-gammaln";
import type { Random } from "./xoshiro256.ts";

export interface Urn {
  population: number;
  marked: number;
  drawn: number;
}

/** How many of `drawn` are marked: inversion from the mode outwards (Devroye 1986, X.2.1), one uniform number, cost of a standard deviation. */
export function drawHypergeometric({ population, marked, drawn }: Urn, random: Random): number {
  const low = Math.max(0, drawn - (population - marked));
  const high = Math.min(drawn, marked);
  if (low === high) return low;
  const mode = Math.min(high, Math.max(low, Math.floor(((drawn + 1) * (marked + 1)) / (population + 2))));
  const atMode = probability({ population, marked, drawn }, mode);
  let left = random() - atMode;
  let [up, down, above, below] = [mode, mode, atMode, atMode];
  const rest = population - marked - drawn;
  while (left >= 0 && (up < high || down > low)) {
    if (up < high) {
      above *= ((marked - up) * (drawn - up)) / ((up + 1) * (rest + up + 1));
      up++;
      left -= above;
      if (left < 0) return up;
    }
    if (down > low) {
      below *= (down * (rest + down)) / ((marked - down + 1) * (drawn - down + 1));
      down--;
      left -= below;
      if (left < 0) return down;
    }
    // Rounding leaves a residue that no count reaches.
    if (above < 1e-300 && below < 1e-300) break;
  }
  return mode;
}

/** P(`count` of `drawn` are marked). */
export function probability({ population, marked, drawn }: Urn, count: number): number {
  const choose = (n: number, k: number) => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
  return Math.exp(
    choose(marked, count) + choose(population - marked, drawn - count) - choose(population, drawn),
  );
}
