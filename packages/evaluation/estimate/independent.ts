import type { Confidence } from "@mlops-actions/statistics";

/** An estimate with its interval at any level. */
export type Bounded = Pick<Confidence, "estimate" | "interval">;

/**
 * Difference of two independent quantities from their own intervals (Zou and Donner 2008, eq. 4; Newcombe 1998, method 10, when both are
 * Wilson's). In any range: errors of a regression are not confined to [0, 1].
 */
export function independentDifference(first: Bounded, second: Bounded): Bounded {
  const estimate = first.estimate - second.estimate;
  const reach = (inner: number | null, outer: number | null, from: number, to: number) =>
    inner === null || outer === null ? null : Math.hypot(inner - from, outer - to);
  return {
    estimate,
    interval(level) {
      const [a, b] = [first.interval(level), second.interval(level)];
      const down = reach(a.low, b.high, first.estimate, second.estimate);
      const up = reach(a.high, b.low, first.estimate, second.estimate);
      return { low: down === null ? null : estimate - down, high: up === null ? null : estimate + up };
    },
  };
}
