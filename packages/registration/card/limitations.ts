import type { Block, Inline } from "@mlops-actions/core";
import type { Evaluation } from "../trust/told.ts";
import { counted, listed } from "../wording.ts";
import type { CardFacts } from "./facts.ts";
import { named } from "./privacy.ts";

export function limitations({ accepted }: CardFacts): Block[] {
  const { evaluation, judged, verdict, evaluate, train, training } = accepted;
  const items: Inline[][] = [
    [
      "Intervals cover chance in the test rows. They do not cover chance in training: another seed of the same code is another model.",
    ],
    [
      "They speak of data like the test rows; ",
      { code: "profile.json" },
      " says what those, or the training rows, were like.",
    ],
  ];
  if (verdict === "inconclusive")
    items.push([
      "Its evaluation was ",
      { strong: "inconclusive" },
      ": the test rows do not tell whether every condition holds.",
    ]);
  if (evaluation.baseline.kind === "trivial")
    items.push(["It was compared with a constant answer, not with a model before it."]);
  if (evaluate.predicate.policy.from === "new-here")
    items.push(["It was judged by rules that the same change brought."]);
  const doubtful = judged.filter((one) => one.verdict !== "pass" && one.verdict !== "not_applicable");
  for (const { condition } of doubtful) items.push([{ code: condition }, " was not shown to hold."]);
  for (const { condition, estimate } of judged) {
    const small = estimate?.kind === "sampled" ? (estimate.groups?.tooSmall.length ?? 0) : 0;
    if (small > 0)
      items.push([{ code: condition }, ` was not judged for ${counted(small, "group")}: too few rows.`]);
  }
  const small = evaluation.slices.filter(isSmall);
  if (small.length > 0) {
    const shown = named(evaluation.slices).shown.filter(isSmall);
    const hidden = small.length - shown.length;
    items.push([
      "Too small to say anything about: ",
      ...listed(shown.map(({ column, value }) => `${column} = ${value ?? "(missing)"}`)),
      hidden === 0 ? "." : `${shown.length === 0 ? "" : " and "}${counted(hidden, "group")} not named.`,
    ]);
  }
  if (training?.testLabelsReadable === true)
    items.push(["The test rows with their labels could be read while it was trained."]);
  if (training !== undefined && training.isolation !== "own-job")
    items.push([
      "It was trained in a job that held more rights than reading: its evidence could have been written by its own code.",
    ]);
  if (!train.predicate.run.clean)
    items.push(["It was trained in a working tree with changes that no commit has."]);
  return [{ kind: "steps", title: "What the numbers do not say", items }];
}

function isSmall({ own }: Evaluation["slices"][number]): boolean {
  return own.kind === "missing" || (own.kind === "sampled" && !own.promise.holds);
}
