import { type Confidence, oneSide } from "../confidence.ts";

/** Holm's adjusted p-values, in the order given (Holm 1979): reject those below α, and at most α of all families err at all. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => (pValues[i] ?? 0) - (pValues[j] ?? 0));
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[i] ?? 0)));
    adjusted[i] = largest;
  });
  return adjusted;
}

/**
 * Simultaneous one-sided bounds of a family: with probability 1 − alpha all of them hold. `alpha` in (0, ½) is the error to this one side.
 *
 * Without `limit`: Bonferroni's, alpha / m each. The most extreme of them is beyond a limit exactly when Holm rejects some member, so this is
 * what `gap` and `worst` print. With `limit`: the bounds compatible with Holm's tests of "true ≤ limit" (`low`; `high` mirrors): a member that
 * is rejected is bounded by the limit itself, the others at alpha / (how many are left); when all are rejected, by Bonferroni's or the limit,
 * whichever says more (Strassburger and Bretz 2008; Guilbaud 2008).
 */
export function holmBounds(
  confidences: readonly Confidence[],
  side: "low" | "high",
  alpha: number,
  limit?: number,
): (number | null)[] {
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`alpha must lie in (0, 0.5): ${alpha}`);
  const boundAt = (confidence: Confidence, share: number) => confidence.interval(1 - 2 * share)[side];
  const single = confidences.map((confidence) => boundAt(confidence, alpha / confidences.length));
  if (limit === undefined) return single;
  const against = side === "low" ? "below" : "above";
  const adjusted = holm(confidences.map((confidence) => confidence.p(limit)[against]));
  const left = adjusted.filter((p) => p >= alpha).length;
  const further = side === "low" ? Math.max : Math.min;
  return confidences.map((confidence, i) => {
    if ((adjusted[i] ?? 1) >= alpha) return boundAt(confidence, alpha / left);
    return left > 0 ? limit : further(limit, single[i] ?? limit);
  });
}

/** The level of a two-sided interval whose every side errs as one of `members` Bonferroni shares does. */
export function holmLevel(level: number, members: number): number {
  return 1 - (2 * oneSide(level)) / members;
}
