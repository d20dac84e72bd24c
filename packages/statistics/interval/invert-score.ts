import { type Confidence, oneSide } from "../confidence.ts";
import type { Tail } from "./tail.ts";

export interface Score {
  readonly estimate: number;
  /** Standardised distance of the estimate from a supposed truth: must not rise with it. May be ±Infinity, never NaN. */
  readonly score: (truth: number) => number;
  readonly tail: Tail;
  /** Where the quantity can lie; either end may be infinite. */
  readonly from: number;
  readonly to: number;
}

/** The values that a one-sided score test at each side does not reject (Lehmann and Romano 2005, section 3.5). */
export function invertScore({ estimate, score, tail, from, to }: Score): Confidence {
  return {
    estimate,
    interval(level) {
      const critical = tail.critical(oneSide(level));
      return {
        low: finiteOrNull(firstTrue((truth) => score(truth) <= critical, from, estimate)),
        high: finiteOrNull(-firstTrue((mirrored) => score(-mirrored) >= -critical, -to, -estimate)),
      };
    },
    p(limit) {
      if (limit < from) return { below: 0, above: 1 };
      if (limit > to) return { below: 1, above: 0 };
      const distance = score(limit);
      return { below: tail.above(distance), above: tail.above(-distance) };
    },
  };
}

/**
 * A score of a − c·b falls through 0 at the estimate but may turn once on the way out; a limit counts as excluded only if all values beyond it
 * are, so the score never exceeds the one at the end of that side.
 */
export function outward(score: number, limits: { readonly first: number; readonly last: number }): number {
  return score >= 0 ? Math.max(0, Math.min(score, limits.first)) : Math.min(0, Math.max(score, limits.last));
}

/** Smallest value in [from, inside] where a condition that holds at `inside`, and from some point on, holds. */
export function firstTrue(holds: (value: number) => boolean, from: number, inside: number): number {
  let good = inside;
  let bad = from;
  if (from === -Infinity) {
    let step = Math.max(1, Math.abs(inside));
    for (bad = inside - step; holds(bad); bad = inside - step) {
      good = bad;
      step *= 4;
      if (step > 1e150) return -Infinity;
    }
  } else if (holds(from)) return from;
  // 200 halvings exhaust the digits of any bound but an exact 0, which would be approached through the subnormals
  for (let halving = 0; halving < 200; halving++) {
    const middle = good + (bad - good) / 2;
    if (middle === good || middle === bad) return good;
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}
