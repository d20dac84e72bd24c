import type { Contrast, Estimate, MissingEstimate } from "@mlops-actions/core";
import { type Question, type Sample, type Undefined, undefinedPoint } from "./sample.ts";

/** Answers a contrast without groups from one sample. `quantities[i]` of the sample is term i of the contrast. */
export function estimateWhole(contrast: Contrast, sample: Sample, level: number): Estimate {
  const lack = undefinedPoint(sample);
  if (lack !== undefined) return missing(lack, sample.n);
  const question: Question =
    contrast.ratio === undefined
      ? { kind: "linear", weights: contrast.terms.map(({ weight }) => weight) }
      : { kind: "ratio" };
  if (question.kind === "ratio") {
    const denominator = sample.points[1];
    if (denominator?.kind === "value" && denominator.value <= 0)
      return missing({ reason: "undefined", detail: "the ratio's denominator is 0 on these rows" }, sample.n);
  }
  const { confidence, method, promise, seed } = sample.answer(question);
  return {
    kind: "sampled",
    value: confidence.estimate,
    unit: contrast.ratio === undefined ? contrast.unit : "ratio",
    n: sample.n,
    of: "row",
    method,
    ...(seed !== undefined && { seed }),
    interval: { ...confidence.interval(level), level },
    p: confidence.p(contrast.limit),
    promise,
  };
}

export function missing({ reason, detail }: Undefined, n: number): MissingEstimate {
  return { kind: "missing", reason, detail, n };
}
