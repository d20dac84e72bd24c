import {
  type Confidence,
  deltaMeansJoint,
  fieller,
  type Joint,
  promise,
  studentInterval,
} from "@mlops-actions/statistics";
import type { Moments } from "@mlops-actions/tables";
import type { Asked, Means } from "../metric/metric.ts";
import { type Point, type Question, type Sample, varianceOf } from "./sample.ts";

export interface MeansQuantity {
  metric: Means;
  asked: Asked;
  /** Where the quantity's own expressions begin among the moments, and how many there are. */
  from: number;
  count: number;
}

/** Metrics that are smooth functions of means: paired t where they are means, the delta method elsewhere. */
export function meansSample(
  moments: Moments,
  quantities: readonly MeansQuantity[],
  combined: number,
): Sample {
  const { rows: n, means, covariance } = moments;
  const own = (quantity: MeansQuantity, means: readonly number[]) =>
    means.slice(quantity.from, quantity.from + quantity.count);
  const joints = new Map<string, Joint>();
  const jointOf = (scale: "metric" | "square"): Joint => {
    const found = joints.get(scale);
    if (found !== undefined) return found;
    const functions = quantities.map((quantity) => (means: readonly number[]) => {
      const mine = own(quantity, means);
      return scale === "square" ? (mine[0] ?? null) : quantity.metric.value(mine, quantity.asked);
    });
    const joint = deltaMeansJoint({ n, means, covariance }, functions);
    joints.set(scale, joint);
    return joint;
  };
  return {
    n,
    play: n,
    points: quantities.map((quantity) => point(quantity, moments, own(quantity, means))),
    answer(question) {
      const guarantee = promise("mean", { rows: n, maxShare: moments.maxShare[combined] ?? 1 });
      return { ...answer(question, quantities, n, jointOf), promise: guarantee };
    },
  };
}

function answer(
  question: Question,
  quantities: readonly MeansQuantity[],
  n: number,
  jointOf: (scale: "metric" | "square") => Joint,
) {
  const df = n - 1;
  const shapes = new Set(quantities.map(({ metric }) => metric.shape));
  if (question.kind === "ratio") {
    // A ratio of roots is decided on the squares, whose sign of a² - c²b² is that of a - cb without any quotient.
    if (shapes.size === 1 && shapes.has("root"))
      return {
        confidence: rooted(ratioOf(jointOf("square"), df)),
        method: "Fieller on paired squared errors",
      };
    return { confidence: ratioOf(jointOf("metric"), df), method: "Fieller on paired means" };
  }
  const { weights } = question;
  const joint = jointOf("metric");
  const estimate = weights.reduce((sum, w, i) => sum + w * (joint.estimates[i] ?? 0), 0);
  const standardError = Math.sqrt(Math.max(0, varianceOf(joint, weights)));
  const plain = shapes.size === 1 && shapes.has("mean");
  const method = plain ? (weights.length > 1 ? "paired t" : "t") : "delta method on means, t";
  return { confidence: studentInterval({ estimate, standardError, df }), method };
}

/** The ratio of the first two estimates of a joint. */
function ratioOf({ estimates: [a = 0, b = 0], covariance }: Joint, df: number): Confidence {
  const at = (i: number, j: number) => covariance[i]?.[j] ?? 0;
  return fieller({ a, b, varA: at(0, 0), varB: at(1, 1), covAB: at(0, 1), df });
}

function rooted(square: Confidence): Confidence {
  return {
    estimate: Math.sqrt(square.estimate),
    interval(level) {
      const { low, high } = square.interval(level);
      return { low: low === null ? null : Math.sqrt(low), high: high === null ? null : Math.sqrt(high) };
    },
    p: (limit) => (limit < 0 ? { below: 0, above: 1 } : square.p(limit * limit)),
  };
}

function point(quantity: MeansQuantity, moments: Moments, means: readonly number[]): Point {
  const n = moments.rows;
  if (n < 2) return { kind: "undefined", reason: n === 0 ? "no-rows" : "too-few", detail: `${n} rows` };
  const own = Array.from({ length: quantity.count }, (_, i) => quantity.from + i);
  const lost = Math.max(...own.map((i) => (moments.missing[i] ?? 0) + (moments.nonFinite[i] ?? 0)));
  if (lost > 0)
    return {
      kind: "undefined",
      reason: "undefined",
      detail: `the metric has no value on ${lost} of ${n} rows`,
    };
  const value = quantity.metric.value(means, quantity.asked);
  return value === null || !Number.isFinite(value)
    ? { kind: "undefined", reason: "undefined", detail: "the labels of these rows do not vary" }
    : { kind: "value", value };
}
