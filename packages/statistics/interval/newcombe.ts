import type { Confidence } from "../confidence.ts";
import { mover } from "./mover.ts";
import { wilson } from "./wilson.ts";

export interface Proportion {
  readonly successes: number;
  /** ≥ 1 */
  readonly n: number;
}

/** Hybrid score interval of `first − second`, two proportions seen on different rows (Newcombe 1998, method 10). */
export function newcombe(first: Proportion, second: Proportion): Confidence {
  return mover(wilson(first.successes, first.n), wilson(second.successes, second.n));
}
