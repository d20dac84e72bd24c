import { z } from "zod";

/** `not_applicable` only for what is absent, never for a condition that could be judged. */
export const verdict = z.enum(["pass", "fail", "inconclusive", "not_applicable", "error"]);
export type Verdict = z.infer<typeof verdict>;

// The order is the design's: a proven harm outranks a failure to measure, which outranks a doubt.
const SEVERITY: Record<Verdict, number> = { not_applicable: 0, pass: 1, inconclusive: 2, error: 3, fail: 4 };

/** The worst of two verdicts; `not_applicable` is neutral. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return SEVERITY[a] >= SEVERITY[b] ? a : b;
}

/** Combines any number of verdicts into the worst. Nothing to combine is `not_applicable`, never a pass. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce(worse, "not_applicable");
}
