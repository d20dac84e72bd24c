import type { Block, Document, Evidence, Fault } from "@mlops-actions/core";
import { quoted } from "@mlops-actions/report";
import type { Details } from "./details.ts";
import { baselineTitle, candidateTitle } from "./wording/baseline.ts";
import { fairness, warnings } from "./wording/fairness.ts";
import { folds } from "./wording/folds.ts";
import { headline, lead, title } from "./wording/headline.ts";
import type { Measured } from "./wording/measured.ts";
import { nextSteps } from "./wording/next-steps.ts";

const TITLE = 80;

// Where there is a run, its summary has everything and its artifact the page and the evidence.
const pointer: Block = {
  kind: "text",
  text: [
    { link: "Full report", target: { to: "run" } },
    ", with the HTML page and the evidence as its artifact",
  ],
};

/** What people see of an evaluation, in the order of a reviewer's questions: may I merge, what moved, is it fair, what must I do. */
export function document(evidence: Evidence<Details>): Document {
  const { project, outcome, policy, run } = evidence.predicate;
  const key = { model: project.model, stage: "evaluate" } as const;
  const isReview = run.github?.event === "pull_request";
  if (outcome.kind === "error") return { key, verdict: "error", ...ofFault(outcome.fault, isReview) };
  const measured: Measured = { ...outcome, policy, run };
  const opening = lead(measured);
  const blocks: Block[] = [
    { kind: "headline", verdict: outcome.verdict, text: [headline(measured)] },
    ...warnings(measured),
    ...(opening.length === 0 ? [] : [{ kind: "text", text: opening } as const]),
    {
      kind: "comparison",
      own: candidateTitle(measured),
      baseline:
        outcome.details.baseline.kind !== "trivial" || outcome.judged.some(({ role }) => role === "check")
          ? baselineTitle(outcome.details.baseline)
          : null,
      judged: outcome.judged,
    },
    ...nextSteps(measured),
    fairness(measured),
    ...folds(measured, evidence.subject, evidence.predicate.materials),
    ...(run.github === undefined ? [] : [pointer]),
  ];
  return { key, verdict: outcome.verdict, title: short(title(measured)), blocks };
}

function ofFault(fault: Fault, isReview: boolean): Pick<Document, "title" | "blocks"> {
  const at =
    fault.at === undefined
      ? ""
      : ` (${fault.at.file}${fault.at.line === undefined ? "" : `:${fault.at.line}`})`;
  return {
    title: short(`could not judge: ${fault.message}${at}`),
    blocks: [
      { kind: "headline", verdict: "error", text: quoted(fault.message, 300) },
      { kind: "fault", fault },
      ...(isReview
        ? [
            {
              kind: "text",
              text: ["Nothing was compared; an earlier verdict for this change no longer counts."],
            } as const,
          ]
        : []),
    ],
  };
}

function short(text: string): string {
  return text.length <= TITLE ? text : `${text.slice(0, TITLE - 1)}…`;
}
