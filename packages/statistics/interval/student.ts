import { type Confidence, oneSide, requireFinite } from "../confidence.ts";
import { normalTail, studentTail, type Tail } from "./tail.ts";

export interface WithError {
  readonly estimate: number;
  /** Standard error of the estimate, ≥ 0. Zero means that it cannot vary: the interval is the point. */
  readonly standardError: number;
}

/** Student's interval: estimate ± t(df) · standard error (Student 1908). `df` > 0; `Infinity` is the normal interval. */
export function studentInterval(of: WithError & { readonly df: number }): Confidence {
  return symmetric(of, studentTail(of.df));
}

/** Wald's interval: estimate ± z · standard error. */
export function normalInterval(of: WithError): Confidence {
  return symmetric(of, normalTail);
}

function symmetric({ estimate, standardError }: WithError, tail: Tail): Confidence {
  requireFinite("estimate", estimate);
  requireFinite("standard error", standardError);
  if (standardError < 0) throw new RangeError(`standard error must not be negative: ${standardError}`);
  return {
    estimate,
    interval(level) {
      const reach = tail.critical(oneSide(level)) * standardError;
      return { low: estimate - reach, high: estimate + reach };
    },
    p(limit) {
      const score = ratio(estimate - limit, standardError);
      return { below: tail.above(score), above: tail.above(-score) };
    },
  };
}

/** x / error where no error at all makes any difference certain, and no difference none. */
export function ratio(x: number, error: number): number {
  return x === 0 ? 0 : x / Math.abs(error); // an error of -0 would turn the sign
}
