import type { Evidence, Outcome } from "@mlops-actions/core";
import type { Annotation } from "./annotations.ts";

/** What a reviewer should see beside the lines of `mlops.yml`: the fault, or each condition that does not hold. */
export function annotationsOf(evidence: Evidence, title: string, outcome: Outcome): Annotation[] {
  const { outcome: found } = evidence.predicate;
  if (found.kind === "error") {
    const { message, remedy, at } = found.fault;
    return [{ level: "error", title, message: `${message}\n${remedy}`, at }];
  }
  const level = { failure: "error", neutral: "warning", success: "notice" } as const;
  return found.judged
    .filter(({ verdict }) => verdict === "fail" || verdict === "inconclusive")
    .map(({ condition, verdict, reason, detail, place }) => ({
      level:
        verdict === "fail"
          ? ("error" as const)
          : level[outcome.conclusion === "failure" ? "neutral" : outcome.conclusion],
      title: verdict === "fail" ? "This condition is violated" : "This condition cannot be decided",
      message:
        detail === undefined ? `${condition} (${reason.replaceAll("-", " ")})` : `${condition}: ${detail}`,
      at: place,
    }));
}
