import { novelty } from "@mlops-actions/statistics";
import type { Severity, Unseen } from "../details.ts";
import { SMALLEST } from "./distribution.ts";

const ALPHA = 0.01;
const MARGIN = 0.005;

/**
 * Values that the reference does not have, against what it lets expect.
 * @param most share of rows that may be such values in the reference itself
 */
export function unseenOf(
  reference: { n: number; unnamed: number; singletons: number },
  current: { m: number; unnamed: number },
  most = 0,
): Unseen | undefined {
  if (reference.n === 0 || current.m === 0) return undefined;
  const { share, atLeast, ...named } = novelty(reference, current, ALPHA);
  const expected = Math.max(most, named.expected);
  const above = atLeast - expected;
  const severity: Severity = above >= SMALLEST ? "severe" : above > MARGIN ? "warn" : "quiet";
  return { share, n: current.m, atLeast, expected, severity };
}
