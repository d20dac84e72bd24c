import type { Confidence } from "../confidence.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { wilson } from "./wilson.ts";

// Wilson's bound towards the rarer outcome errs up to 16 % with one such row, 5 % with nine
const RARE = 10;

/**
 * Interval of a proportion that keeps its promise at any count: Wilson's, but Clopper–Pearson's where fewer than ten successes or failures
 * were seen (Brown, Cai and DasGupta 2001, section 4.1, on Wilson's errors near 0 and 1). `mover` of two of them compares two groups.
 */
export function proportion(successes: number, n: number): Confidence {
  return Math.min(successes, n - successes) < RARE ? clopperPearson(successes, n) : wilson(successes, n);
}
