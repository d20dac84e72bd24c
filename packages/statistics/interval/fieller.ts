import { type Confidence, requireFinite } from "../confidence.ts";
import { invertScore } from "./invert-score.ts";
import type { PairWithError } from "./logit.ts";
import { ratio } from "./student.ts";
import { studentTail } from "./tail.ts";

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
  const score = (c: number) => ratio(a - c * b, Math.sqrt(Math.max(0, varA - 2 * c * covAB + c * c * varB)));
  // the score has one turning point; beyond infinity it tends to −b / se(b)
  const turn = -(b * varA - a * covAB) / (a * varB - b * covAB);
  const turnScore = turn > 0 && Number.isFinite(turn) ? score(turn) : undefined;
  const least = ratio(-b, Math.sqrt(Math.max(0, varB)));
  const monotone = (c: number) => {
    const here = score(c);
    if (here >= 0) {
      const before = turnScore !== undefined && turn < c ? turnScore : Infinity;
      return Math.max(0, Math.min(here, score(0), before));
    }
    const after = turnScore !== undefined && turn > c ? turnScore : -Infinity;
    return Math.min(0, Math.max(here, least, after));
  };
  return invertScore({ estimate: a / b, score: monotone, tail: studentTail(df), from: 0, to: Infinity });
}
