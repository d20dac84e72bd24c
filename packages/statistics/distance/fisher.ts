import type { Proportion } from "../interval/newcombe.ts";
import { probability } from "../random/hypergeometric.ts";

/** Fisher's exact test (1935) that two proportions are the same, two-sided: all tables with these margins that are no likelier than this one. */
export function fisher(first: Proportion, second: Proportion): number {
  const urn = { population: first.n + second.n, marked: first.successes + second.successes, drawn: second.n };
  const low = Math.max(0, urn.drawn - (urn.population - urn.marked));
  const high = Math.min(urn.drawn, urn.marked);
  const seen = probability(urn, second.successes);
  let p = 0;
  for (let count = low; count <= high; count++) {
    const one = probability(urn, count);
    // Tables as likely as this one are told apart by rounding alone.
    if (one <= seen * (1 + 1e-7)) p += one;
  }
  return Math.min(1, p);
}
