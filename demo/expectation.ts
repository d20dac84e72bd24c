import type { Evidence, Judged } from "@mlops-actions/core";
import type { Details } from "@mlops-actions/evaluation";
import type { ChangeName } from "./change.ts";

interface Found {
  verdict: string;
  primary: Judged;
  /** Where the rules ask for it. */
  flips: Judged | undefined;
}

interface Expectation {
  verdict: string;
  /** Why that is right, for a reader of the interval. */
  because: string;
  isMet: (found: Found) => boolean;
}

/** The right verdict for each change, and what tells that it came for the right reason. */
export const EXPECTED: Readonly<Record<ChangeName, Expectation>> = {
  better: {
    verdict: "pass: better",
    because: "the whole interval is above 0, so it is better and not only not worse",
    isMet: ({ verdict, primary }) =>
      verdict === "pass" && primary.reason === "holds" && primary.change === "better",
  },
  worse: {
    verdict: "fail: auc",
    because: "the whole interval is below −0.005, which is more than the rule allows",
    isMet: ({ verdict, primary }) => verdict === "fail" && primary.reason === "violated",
  },
  "looks-different": {
    verdict: "pass: not worse",
    because: "the whole interval is above −0.005, but 0 is inside: nobody may call it better",
    isMet: ({ verdict, primary, flips }) =>
      verdict === "pass" &&
      primary.reason === "holds" &&
      primary.change === "unclear" &&
      (flips === undefined || Math.abs(estimated(flips) - 0.012) < 0.004),
  },
  "breaks-in-production": {
    verdict: "pass: better",
    because: "on people as those it was tested with it is better: what else may ask, no test set says",
    isMet: ({ verdict, primary }) =>
      verdict === "pass" && primary.reason === "holds" && primary.change === "better",
  },
  "cannot-tell": {
    verdict: "inconclusive",
    because: "−0.005 is inside the interval: it may be too much worse, it may not",
    isMet: ({ verdict, primary }) =>
      verdict === "inconclusive" && primary.reason === "interval-crosses-limit",
  },
};

/** What came instead of the expected verdict; `undefined` when it came, for the right reason. */
export function surprise(name: ChangeName, evidence: Evidence<Details>): string | undefined {
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error") return `could not judge: ${outcome.fault.message}`;
  const primary = conditionOf(evidence, "auc - baseline.auc");
  const flips = judgedBy(evidence, "flips");
  if (EXPECTED[name].isMet({ verdict: outcome.verdict, primary, flips })) return undefined;
  const { verdict, reason, change } = primary;
  const flipped = flips && `; ${(100 * estimated(flips)).toFixed(1)} % of the answers changed`;
  return `${outcome.verdict} (auc: ${verdict}, ${reason}, ${change}${flipped ?? ""})`;
}

/** @throws Error when nothing was judged by this left side */
export function conditionOf(evidence: Evidence<Details>, left: string): Judged {
  const found = judgedBy(evidence, left);
  if (found === undefined) throw new Error(`no condition about ${left} was judged`);
  return found;
}

function judgedBy({ predicate: { outcome } }: Evidence<Details>, left: string): Judged | undefined {
  const judged = outcome.kind === "measured" ? outcome.judged : [];
  return judged.find(({ condition }) => condition.startsWith(`${left} `));
}

function estimated({ estimate }: Judged): number {
  return estimate === undefined || estimate.kind === "missing" ? Number.NaN : estimate.value;
}
