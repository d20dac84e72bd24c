import { type Confidence, requireCount, requireFinite } from "../confidence.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { mover } from "./mover.ts";
import { normalInterval, type WithError } from "./student.ts";

export interface Smallest {
  /** Rows of the smallest class in play: all that an estimate of exactly 0 or 1 can be judged by. */
  readonly n?: number;
}

/**
 * Interval of one estimate in [0, 1] on the logit scale, standard error by the delta method (Pepe 2003, section 5.2).
 * An estimate of exactly 0 or 1 has no logit. With `n` it gets the Clopper–Pearson interval of none or all of `n`, which holds for an AUC: all of
 * n disjoint pairs were in order. Without `n` the data bound nothing: [0, 1]. A zero standard error inside (0, 1) gives the point.
 */
export function logitInterval({ estimate, standardError, n }: WithError & Smallest): Confidence {
  requireFinite("standard error", standardError);
  if (!(estimate >= 0 && estimate <= 1)) throw new RangeError(`estimate must lie in [0, 1]: ${estimate}`);
  if (estimate === 0 || estimate === 1) return atEdge(estimate, n);
  const slope = 1 / (estimate * (1 - estimate));
  const scaled = normalInterval({ estimate: logit(estimate), standardError: standardError * slope });
  return mapped(estimate, scaled, expit, (limit) => limit, 0);
}

export interface PairWithError {
  readonly a: number;
  readonly b: number;
  /** Variances and covariance of the two estimates. */
  readonly varA: number;
  readonly varB: number;
  readonly covAB: number;
}

/**
 * Interval of `a − b`, two correlated estimates in [0, 1], judged as logit(a) − logit(b) and mapped back at b: [expit(logit b + l) − b, …]. A margin
 * is so mapped at the baseline's estimate; on the plain scale a near-perfect AUC passes its margin too often. Delta method for the variance.
 * Where a or b is exactly 0 or 1 the intervals of each (see `logitInterval`) are combined by Zou and Donner 2008, without covariance.
 */
export function logitDifference(of: PairWithError & Smallest): Confidence {
  const { a, b, varA, varB, covAB, n } = of;
  for (const [name, value] of Object.entries({ a, b })) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must lie in [0, 1]: ${value}`);
  }
  for (const [name, value] of Object.entries({ varA, varB, covAB })) requireFinite(name, value);
  const smallest = n === undefined ? {} : { n };
  if (a === 0 || a === 1 || b === 0 || b === 1) {
    const one = (estimate: number, variance: number) =>
      logitInterval({ estimate, standardError: Math.sqrt(Math.max(0, variance)), ...smallest });
    return mover(one(a, varA), one(b, varB));
  }
  const slopeA = 1 / (a * (1 - a));
  const slopeB = 1 / (b * (1 - b));
  const variance = slopeA * slopeA * varA + slopeB * slopeB * varB - 2 * slopeA * slopeB * covAB;
  const scaled = normalInterval({
    estimate: logit(a) - logit(b),
    standardError: Math.sqrt(Math.max(0, variance)),
  });
  return mapped(
    a - b,
    scaled,
    (shift) => expit(logit(b) + shift) - b,
    (limit) => b + limit,
    logit(b),
  );
}

function mapped(
  estimate: number,
  scaled: Confidence,
  back: (value: number) => number,
  toProportion: (limit: number) => number,
  origin: number,
): Confidence {
  return {
    estimate,
    interval(level) {
      const { low, high } = scaled.interval(level);
      if (low === high) return { low: estimate, high: estimate };
      return { low: back(low ?? -Infinity), high: back(high ?? Infinity) };
    },
    p(limit) {
      if (limit === estimate) return scaled.p(scaled.estimate); // the round trip over the logit must not make a point exclude itself
      const proportion = toProportion(limit);
      if (proportion < 0) return { below: 0, above: 1 };
      if (proportion > 1) return { below: 1, above: 0 };
      return scaled.p(logit(proportion) - origin);
    },
  };
}

function atEdge(estimate: number, n: number | undefined): Confidence {
  if (n === undefined) {
    return {
      estimate,
      interval: () => ({ low: 0, high: 1 }),
      p: (limit) => ({ below: limit < 0 ? 0 : 1, above: limit > 1 ? 0 : 1 }),
    };
  }
  requireCount("n", n, 1);
  return clopperPearson(estimate * n, n);
}

function logit(share: number): number {
  return Math.log(share) - Math.log1p(-share);
}

function expit(value: number): number {
  return value >= 0 ? 1 / (1 + Math.exp(-value)) : Math.exp(value) / (1 + Math.exp(value));
}
