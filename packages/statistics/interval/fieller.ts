import { type Confidence, requireFinite } from "../confidence.ts";
import { invertScore, outward } from "./invert-score.ts";
import type { PairWithError } from "./logit.ts";
import { ratio } from "./student.ts";
import { studentTail } from "./tail.ts";

const ROUNDING = 1e-12;

/**
 * Interval of the ratio a / b of two positive quantities: the c ≥ 0 at which a − c·b is not told from 0 (Fieller 1954). Variances are those of the
 * estimates; `df` defaults to infinity. When b itself is not told from 0 the upper end is unbounded; a set that would be the outside of a
 * range (b uncertain, a not) keeps only its part above 0. A value counts as excluded only if all values beyond it are. b must be positive.
 */
export function fieller({
  a,
  b,
  varA,
  varB,
  covAB,
  df = Infinity,
}: PairWithError & { readonly df?: number }): Confidence {
  for (const [name, value] of Object.entries({ a, b, varA, varB, covAB })) requireFinite(name, value);
  if (!(b > 0) || a < 0)
    throw new RangeError(`a ratio of positive quantities needs a ≥ 0 and b > 0: ${a} / ${b}`);
  const score = (c: number) => {
    const variance = varA - 2 * c * covAB + c * c * varB;
    // What is left of terms that cancel to their last digits is rounding: two models that say the same have no variance here.
    const isRounding = variance < ROUNDING * (varA + c * c * varB);
    return ratio(a - c * b, isRounding ? 0 : Math.sqrt(variance));
  };
  const limits = { first: score(0), last: ratio(-b, Math.sqrt(Math.max(0, varB))) };
  return invertScore({
    estimate: a / b,
    score: (c) => outward(score(c), limits),
    tail: studentTail(df),
    from: 0,
    to: Infinity,
  });
}
