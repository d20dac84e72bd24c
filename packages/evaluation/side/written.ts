import type { Judge, Predict } from "@mlops-actions/core";
import type { Predictions, Section } from "../section.ts";
import type { Side } from "./side.ts";

/** Predictions that `mlops.yml` names. */
export function fromPredictions(judge: Judge<Section>, name: Side["name"], written: Predictions): Side {
  const source = judge.table(["evaluate", name, "predictions"]);
  const { predictions: _, ...columns } = written;
  return {
    name,
    label: source.label,
    answering: { by: "predictions", source, columns },
    threshold: judge.section.threshold,
    subject: [],
  };
}

/** An ONNX file that `mlops.yml` names; how it is asked stands in `predict`. */
export function fromFile(judge: Judge<Section>, name: Side["name"], predict: Predict | undefined): Side {
  const { files, label } = judge.table(["evaluate", name, "model"]);
  const features = predict !== undefined && "features" in predict ? predict.features : undefined;
  const { positive, classes } = judge.data.label ?? {};
  return {
    name,
    label,
    answering: {
      by: "model",
      file: files[0] ?? "",
      interface: {
        by: "onnx",
        ...(features && { features: [...features] }),
        ...(classes && { classes: [...classes] }),
        ...(positive !== undefined && { positive: String(positive) }),
      },
    },
    threshold: judge.section.threshold,
    subject: [],
  };
}
