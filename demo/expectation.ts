import type { Evidence, Judged } from "@mlops-actions/core";
import type { Details } from "@mlops-actions/evaluation";
import type { ChangeName } from "./change.ts";

/** The right verdict for each change, in words, and what tells that it came for the right reason. */
export const EXPECTED: Readonly<Record<ChangeName, string>> = {
  better: "pass, better",
  worse: "fail because of auc",
  "looks-different": "pass, not worse",
  "cannot-tell": "inconclusive",
};

interface Found {
  verdict: string;
  primary: Judged;
  flips: Judged;
}

const RIGHT: Readonly<Record<ChangeName, (found: Found) => boolean>> = {
  better: ({ verdict, primary }) =>
    verdict === "pass" && primary.reason === "holds" && primary.change === "better",
  worse: ({ verdict, primary }) => verdict === "fail" && primary.reason === "violated",
  "looks-different": ({ verdict, primary, flips }) =>
    verdict === "pass" &&
    primary.reason === "holds" &&
    primary.change === "unclear" &&
    isAbout(estimated(flips), 0.012),
  "cannot-tell": ({ verdict, primary }) =>
    verdict === "inconclusive" && primary.reason === "interval-crosses-limit",
};

/** The verdict in the words of {@link EXPECTED}, so that what was expected and what came can be compared. */
export function verdictOf(name: ChangeName, evidence: Evidence<Details>): string {
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error") return `could not judge: ${outcome.fault.message}`;
  const found: Found = {
    verdict: outcome.verdict,
    primary: conditionOf(evidence, "auc - baseline.auc"),
    flips: conditionOf(evidence, "flips"),
  };
  if (RIGHT[name](found)) return EXPECTED[name];
  const { verdict, reason, change } = found.primary;
  return `${outcome.verdict} (auc: ${verdict}, ${reason}, ${change}; ${(100 * estimated(found.flips)).toFixed(1)} % of the answers changed)`;
}

/** @throws Error when nothing was judged by this left side */
export function conditionOf({ predicate: { outcome } }: Evidence<Details>, left: string): Judged {
  const judged = outcome.kind === "measured" ? outcome.judged : [];
  const found = judged.find(({ condition }) => condition.startsWith(`${left} `));
  if (found === undefined) throw new Error(`no condition about ${left} was judged`);
  return found;
}

function estimated({ estimate }: Judged): number {
  return estimate === undefined || estimate.kind === "missing" ? Number.NaN : estimate.value;
}

function isAbout(value: number, expected: number): boolean {
  return Math.abs(value - expected) < 0.004;
}
