import type { Promised } from "@mlops-actions/core";
import type { Confidence, Joint } from "@mlops-actions/statistics";

/** A value that cannot be had from these rows, and why. */
export interface Undefined {
  reason: "no-rows" | "too-few" | "one-class" | "undefined";
  detail: string;
}

export type Point = { kind: "value"; value: number } | ({ kind: "undefined" } & Undefined);

/** An answer of one method by its name in the literature. */
export interface Answer {
  confidence: Confidence;
  method: string;
  promise: Promised;
  seed?: string;
}

/** A question about several quantities of one sample, in the order in which the sample was asked for them. */
export type Question =
  /** `sum(weights * quantity)`. */
  | { kind: "linear"; weights: readonly number[] }
  /** Quantity 0 divided by quantity 1. */
  | { kind: "ratio" };

/** What one scan says about some quantities on one group of rows. */
export interface Sample {
  /** Rows. */
  n: number;
  /** The rows that limit the method: of the class in play, where it has one. */
  play: number;
  points: readonly Point[];
  /** Asked only when every point has a value. */
  answer(question: Question): Answer;
}

/** The first quantity that has no value, if any. */
export function undefinedPoint(sample: Sample): Undefined | undefined {
  return sample.points.find((point) => point.kind === "undefined");
}

/** The index pair of a plain difference, `+1 * i - 1 * j`. */
export function differenceOf(weights: readonly number[]): { plus: number; minus: number } | undefined {
  const plus = weights.indexOf(1);
  const minus = weights.indexOf(-1);
  return weights.length === 2 && plus >= 0 && minus >= 0 ? { plus, minus } : undefined;
}

/** The variance of `sum(weights * estimate)`. */
export function varianceOf({ covariance }: Joint, weights: readonly number[]): number {
  return weights.reduce(
    (total, w, i) => total + weights.reduce((row, v, j) => row + w * v * (covariance[i]?.[j] ?? 0), 0),
    0,
  );
}
