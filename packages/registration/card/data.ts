import type { Block } from "@mlops-actions/core";
import { digestsBlock } from "@mlops-actions/report";
import { counted, grouped } from "../wording.ts";
import type { CardFacts } from "./facts.ts";

export function data({ manifest, accepted, profile }: CardFacts): Block[] {
  const { rows } = accepted.evaluation;
  const { reference, predictions } = profile;
  const isOfTraining = (sha256: string) =>
    manifest.training.data.some(({ digest }) => digest.sha256 === sha256);
  const judging = accepted.evaluate.predicate.materials.filter(({ digest }) => !isOfTraining(digest.sha256));
  const left = rows.test - rows.common;
  return [
    {
      kind: "text",
      text: [
        `Judged on ${counted(rows.common, "test row")}`,
        left === 0
          ? "."
          : ` of ${grouped(rows.test)}: ${grouped(left)} had no label or no answer of every model.`,
      ],
    },
    digestsBlock("judged with", judging),
    {
      kind: "text",
      text: [
        { code: "profile.json" },
        ` has the distribution of ${counted(reference.columns.length, "column")} of the ${counted(reference.rows, `${reference.of === "train" ? "training" : "test"} row`)}`,
        predictions === null ? "" : ` and of the answers to ${counted(predictions.rows, "test row")}`,
        ": counts and no rows, no category that fewer than ten rows have, and no value of a column that it is known not to take, but of the label and those that its rules name.",
      ],
    },
    ...(reference.of === "train" ? [digestsBlock("profiled", reference.files)] : []),
  ];
}
