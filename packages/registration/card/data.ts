import type { Block, Subject } from "@mlops-actions/core";
import { counted, grouped } from "../wording.ts";
import type { CardFacts } from "./facts.ts";

export function data({ manifest, accepted, profile }: CardFacts): Block[] {
  const { rows } = accepted.evaluation;
  const { reference, predictions } = profile;
  const isTrain = reference.of === "train";
  const judging = accepted.evaluate.predicate.materials.filter(
    ({ digest }) => !manifest.training.data.some((one) => one.digest.sha256 === digest.sha256),
  );
  const left = rows.test - rows.common;
  return [
    {
      kind: "text",
      text: [
        isTrain ? `Trained on ${counted(reference.rows, "row")}. ` : "",
        `Judged on ${counted(rows.common, "test row")}`,
        left === 0
          ? "."
          : ` of ${grouped(rows.test)}: ${grouped(left)} had no label or no answer of every model.`,
      ],
    },
    files("trained on", manifest.training.data),
    files("judged with", judging),
    {
      kind: "text",
      text: [
        { code: "profile.json" },
        ` holds the distribution of ${counted(reference.columns.length, "column")} of the ${isTrain ? "training" : "test"} rows`,
        predictions === null ? "" : ` and of the answers to ${counted(predictions.rows, "test row")}`,
        ": counts, no rows; values that fewer than ten rows have are not named.",
      ],
    },
  ];
}

function files(title: string, list: readonly Subject[]): Block {
  return {
    kind: "table",
    columns: [
      { title, align: "left" },
      { title: "sha256", align: "left" },
    ],
    rows: list.map(({ name, digest }) => [[{ code: name }], [{ code: digest.sha256 }]]),
  };
}
