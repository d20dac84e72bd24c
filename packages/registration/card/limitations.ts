import type { Block, Inline } from "@mlops-actions/core";
import { counted } from "../wording.ts";
import type { CardFacts } from "./facts.ts";

export function limitations({ accepted }: CardFacts): Block[] {
  const { evaluation, judged, verdict, evaluate, train } = accepted;
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
  const small = evaluation.slices.filter(
    ({ own }) => own.kind === "missing" || (own.kind === "sampled" && !own.promise.holds),
  );
  if (small.length > 0) items.push([`${counted(small.length, "slice")} too small to say anything about.`]);
  if (!train.predicate.run.clean)
    items.push(["It was trained in a working tree with changes that no commit has."]);
  return [{ kind: "steps", title: "What the numbers do not say", items }];
}
