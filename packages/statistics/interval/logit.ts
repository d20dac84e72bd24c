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
  return {
    estimate,
    interval(level) {
      const { low, high } = scaled.interval(level);
      if (low === high) return { low: estimate, high: estimate };
      return { low: expit(low ?? -Infinity), high: expit(high ?? Infinity) };
    },
    p(limit) {
      if (limit === estimate) return scaled.p(scaled.estimate); // the round trip over the logit must not make a point exclude itself
      if (limit < 0) return { below: 0, above: 1 };
      if (limit > 1) return { below: 1, above: 0 };
      return scaled.p(logit(limit));
    },
  };
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
 * Interval of `a − b`, two correlated estimates in [0, 1], each bound judged on the logit scale of the estimate that it lets fall: the lower one
 * asks how small `a` may be beside b, the upper one how small `b` may be beside a, both with the standard error of `a − b`. So a margin is
 * mapped at the other estimate, a model near 1 does not pass its margin too often (on the plain scale up to 5.8 %), swapping the
 * models mirrors the interval, and its width is that of the difference at any distance from 0: a difference of two logits, mapped
 * back, errs up to 13 % a side where the models are 0.1 apart. Simulated in test/benchmarks/statistics: at most 3.7 % a side.
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
  const standardError = Math.sqrt(Math.max(0, varA + varB - 2 * covAB));
  const first = logitInterval({ estimate: a, standardError });
  const second = logitInterval({ estimate: b, standardError });
  return {
    estimate: a - b,
    interval(level) {
      return { low: (first.interval(level).low ?? 0) - b, high: a - (second.interval(level).low ?? 0) };
    },
    p: (limit) => ({ below: first.p(b + limit).below, above: second.p(a - limit).below }),
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
