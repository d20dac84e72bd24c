import type { Block, Inline } from "@mlops-actions/core";
import type { Details, Finding } from "../details.ts";
import { counted, dataFaults, found, kindOf, listed, named } from "./say.ts";

/** Why it looks as it does, and what became of a retrain. */
export function probably(details: Details): Inline[] {
  const cause = causeOf(details);
  return [
    ...(cause.length === 0 ? [] : [{ strong: "Probable cause:" }, " ", ...cause, " "]),
    { strong: `Retrain: ${RETRAIN[details.retrain.decision]}` },
    details.retrain.decision === "none" ? "." : ` (${details.retrain.why}).`,
  ];
}

const RETRAIN: Record<Details["retrain"]["decision"], string> = {
  none: "not asked for",
  dispatch: "started",
  advised: "due",
  waiting: "not started",
  refused: "not started",
};

function causeOf(details: Details): Inline[] {
  const faults = dataFaults(details);
  const [fault, ...more] = faults;
  if (fault !== undefined) {
    const also = more.length === 0 ? "" : ` (and ${more.length} more)`;
    return [
      `${counted(faults.length, "column")}: `,
      named(fault.name),
      `, ${kindOf(fault)}${also}. ${FAULT[fault.cause ?? "schema"]}.`,
    ];
  }
  const moved = details.columns.filter(found);
  if (moved.length === 0) return [];
  if (moved.length === 1)
    return ["one column alone, ", named(moved[0]?.name ?? ""), ": look at where it comes from first."];
  return [
    `${moved.length} columns together: other rows than the reference's, rather than a fault of one column.`,
  ];
}

const FAULT: Record<NonNullable<Finding["cause"]>, string> = {
  unit: "One factor explains it: a change of unit or source, or growth of all values alike",
  missing: "It looks like a source that has stopped, or a cast that fails",
  schema: "The data have another shape than the model was made for",
  shift: "",
  "new-values": "",
};

/** What the reader can do, cheapest first. */
export function advice(details: Details, model: string, isIssue: boolean): Block[] {
  if (details.severity !== "severe") return [];
  const { version, retrain, issue } = details;
  const severe = [...details.columns, ...details.answers].filter(({ severity }) => severity === "severe");
  const items: Inline[][] = [];
  if (severe.length > 0) items.push(["ask the owner of ", ...listed(severe.map(({ name }) => name))]);
  if (retrain.decision !== "dispatch" && retrain.why !== "fix the data first")
    items.push(["if it is real: run the release workflow, which trains on what is there now"]);
  if (version?.environment != null)
    items.push([
      "if it hurts now: roll ",
      { code: model },
      " back, and away from ",
      { code: `v${version.number}` },
    ]);
  if (isIssue) items.push([`close this issue to silence it for ${Math.round(issue.coolDown / 86_400)} days`]);
  return items.length === 0 ? [] : [{ kind: "steps", title: "What to do", items }];
}
