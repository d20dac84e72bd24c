import {
  type ByClass,
  delong,
  fieller,
  logitDifference,
  logitInterval,
  normalInterval,
  type PairedPlacements,
  poissonBootstrap,
  promise,
} from "@mlops-actions/statistics";
import { type Answer, differenceOf, type Point, type Question, type Sample } from "./sample.ts";

/** One model's place in a paired scan: `a` is the baseline, `b` the candidate. */
export type Side = "a" | "b";

type Pair = Omit<Answer, "promise" | "seed">;

/** AUC of one or both models by DeLong, judged on the logit scale. */
export function aucSample(sums: ByClass<PairedPlacements>, sides: readonly Side[]): Sample {
  const { positives, negatives } = sums;
  const n = positives.n + negatives.n;
  const play = Math.min(positives.n, negatives.n);
  if (play < 2)
    return empty(n, play, sides, play === 0 ? oneClass(positives.n) : "one row of a class is no sample");
  const pair = delong(sums);
  const value = { a: pair.a, b: pair.b };
  const variance = { a: pair.varA, b: pair.varB };
  const joint = {
    estimates: sides.map((side) => value[side]),
    covariance: sides.map((i) => sides.map((j) => (i === j ? variance[i] : pair.covAB))),
  };
  return {
    n,
    play,
    points: sides.map((side) => ({ kind: "value", value: value[side] })),
    answer(question) {
      const asked = sides.map((side) => value[side]);
      const guarantee = promise("delong", {
        classes: { positives: positives.n, negatives: negatives.n },
        auc: asked.reduce(
          (extreme, one) => (Math.abs(one - 0.5) > Math.abs(extreme - 0.5) ? one : extreme),
          0.5,
        ),
        paired: new Set(sides).size > 1,
      });
      return { ...rankingAnswer(question), promise: guarantee };
    },
  };

  function rankingAnswer(question: Question): Pair {
    const of = (side: Side | undefined) => ({
      estimate: value[side ?? "b"],
      variance: variance[side ?? "b"],
    });
    if (question.kind === "ratio") {
      const [first, second] = [of(sides[0]), of(sides[1])];
      return {
        confidence: fieller({
          a: first.estimate,
          b: second.estimate,
          varA: first.variance,
          varB: second.variance,
          covAB: pair.covAB,
        }),
        method: "Fieller on DeLong",
      };
    }
    const { weights } = question;
    if (weights.length === 1 && weights[0] === 1) {
      const { estimate, variance } = of(sides[0]);
      const standardError = Math.sqrt(Math.max(0, variance));
      return {
        confidence: logitInterval({ estimate, standardError, n: play }),
        method: "DeLong on the logit scale",
      };
    }
    const difference = differenceOf(weights);
    if (difference !== undefined && sides[difference.plus] !== sides[difference.minus]) {
      const [first, second] = [of(sides[difference.plus]), of(sides[difference.minus])];
      return {
        confidence: logitDifference({
          a: first.estimate,
          b: second.estimate,
          varA: first.variance,
          varB: second.variance,
          covAB: pair.covAB,
          n: play,
        }),
        method: "DeLong, paired, on the logit scale",
      };
    }
    const estimate = weights.reduce((sum, w, i) => sum + w * (joint.estimates[i] ?? 0), 0);
    const total = weights.reduce(
      (sum, w, i) => sum + weights.reduce((row, v, j) => row + w * v * (joint.covariance[i]?.[j] ?? 0), 0),
      0,
    );
    return {
      confidence: normalInterval({ estimate, standardError: Math.sqrt(Math.max(0, total)) }),
      method: "DeLong",
    };
  }
}

export interface Replicates {
  positives: number;
  negatives: number;
  value: Readonly<Record<Side, number | null>>;
  /** Average precision of both models under the same Poisson(1) weights, one pair a replicate. */
  replicates: readonly Readonly<Record<Side, number | null>>[];
  seed: string;
}

/** Average precision of one or both models by the Poisson bootstrap. */
export function averagePrecisionSample(found: Replicates, sides: readonly Side[]): Sample {
  const n = found.positives + found.negatives;
  const play = Math.min(found.positives, found.negatives);
  const values = sides.map((side) => found.value[side]);
  if (values.some((value) => value === null)) return empty(n, play, sides, "no row is positive");
  const estimates = values as number[];
  const draws = found.replicates.map((draw) => sides.map((side) => draw[side] ?? Number.NaN));
  const defined = draws.filter((draw) => draw.every(Number.isFinite));
  const centre = sides.map((_, i) => defined.reduce((sum, draw) => sum + (draw[i] ?? 0), 0) / defined.length);
  const joint = {
    estimates,
    covariance: sides.map((_, i) =>
      sides.map(
        (_, j) =>
          defined.reduce(
            (sum, draw) => sum + ((draw[i] ?? 0) - (centre[i] ?? 0)) * ((draw[j] ?? 0) - (centre[j] ?? 0)),
            0,
          ) /
          (defined.length - 1),
      ),
    ),
  };
  const method = `Poisson bootstrap, ${defined.length} replicates`;
  return {
    n,
    play,
    points: estimates.map((value) => ({ kind: "value", value })),
    answer(question) {
      const guarantee = promise("average-precision", {
        classes: { positives: found.positives, negatives: found.negatives },
      });
      const at = (i: number, j: number) => joint.covariance[i]?.[j] ?? 0;
      if (question.kind === "ratio") {
        const [a = 0, b = 0] = estimates;
        return {
          confidence: fieller({ a, b, varA: at(0, 0), varB: at(1, 1), covAB: at(0, 1) }),
          method: `Fieller on ${method}`,
          promise: guarantee,
          seed: found.seed,
        };
      }
      const { weights } = question;
      const combine = (draw: readonly number[]) => weights.reduce((sum, w, i) => sum + w * (draw[i] ?? 0), 0);
      const one = weights.length === 1 && weights[0] === 1;
      const confidence = poissonBootstrap({
        estimate: combine(estimates),
        replicates: draws.map(combine),
        of: one ? "one" : "difference",
        // Without negatives every order is right: nothing was seen that could have been wrong.
        n: Math.max(1, play),
      });
      return { confidence, method, promise: guarantee, seed: found.seed };
    },
  };
}

function empty(n: number, play: number, sides: readonly Side[], detail: string): Sample {
  const point: Point = {
    kind: "undefined",
    reason: n === 0 ? "no-rows" : play === 0 ? "one-class" : "too-few",
    detail,
  };
  return {
    n,
    play,
    points: sides.map(() => point),
    answer() {
      throw new Error(`asked for an answer where there is none: ${detail}`);
    },
  };
}

function oneClass(positives: number): string {
  return positives === 0 ? "no row is positive" : "no row is negative";
}
