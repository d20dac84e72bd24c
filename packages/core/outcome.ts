import type { Verdict } from "./verdict.ts";

/** What an inconclusive verdict does to a change: someone looks, it goes on, it stops. */
export type Inconclusive = "review" | "allow" | "block";

/** What a verdict means to whoever waits for it: the conclusion of a check, the exit code of a process. */
export interface Outcome {
  conclusion: "success" | "failure" | "neutral";
  exit: 0 | 1 | 2 | 3;
}

/** The exit code of a bug of ours, so that nobody takes it for a verdict (sysexits.h: EX_SOFTWARE). */
export const BUG_EXIT = 70;

/** The table of verdicts, conclusions and exit codes: the one place that holds it. */
export function outcomeOf(verdict: Verdict, inconclusive: Inconclusive): Outcome {
  switch (verdict) {
    case "pass":
    case "not_applicable":
      return { conclusion: "success", exit: 0 };
    case "inconclusive":
      // `neutral` satisfies a required check, so what is meant to block has to be a failure.
      return { review: REVIEW, allow: ALLOW, block: BLOCK }[inconclusive];
    case "fail":
      return { conclusion: "failure", exit: 1 };
    case "error":
      return { conclusion: "failure", exit: 3 };
  }
}

const REVIEW: Outcome = { conclusion: "neutral", exit: 0 };
const ALLOW: Outcome = { conclusion: "success", exit: 0 };
const BLOCK: Outcome = { conclusion: "failure", exit: 2 };
