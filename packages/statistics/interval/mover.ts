import { type Confidence, oneSide } from "../confidence.ts";
import { firstTrue } from "./invert-score.ts";
import { normalTail } from "./tail.ts";

// Φ(−8) = 6e-16: p-values end here, where 1 − level has no digits left
const FARTHEST = 8;

/**
 * Interval of the difference `first − second` of two independent quantities in [0, 1] from their own intervals (Zou and Donner 2008, eq. 4;
 * Newcombe 1998, method 10, when both are Wilson's). The p-value is the level at which the bound reaches the limit, at least 6e-16.
 */
export function mover(first: Confidence, second: Confidence): Confidence {
  const estimate = first.estimate - second.estimate;
  const bounds = (level: number) => {
    const a = first.interval(level);
    const b = second.interval(level);
    return {
      low: estimate - Math.hypot(first.estimate - (a.low ?? 0), (b.high ?? 1) - second.estimate),
      high: estimate + Math.hypot((a.high ?? 1) - first.estimate, second.estimate - (b.low ?? 0)),
    };
  };
  const at = (z: number) => {
    const level = 1 - 2 * normalTail.above(z);
    return level > 0 ? bounds(level) : { low: estimate, high: estimate };
  };
  /** Smallest z whose interval holds the limit. */
  const reaching = (holds: (z: number) => boolean) =>
    holds(FARTHEST) ? firstTrue(holds, 0, FARTHEST) : FARTHEST;
  return {
    estimate,
    interval(level) {
      oneSide(level);
      const { low, high } = bounds(level);
      return { low: Math.max(-1, low), high: Math.min(1, high) };
    },
    p(limit) {
      if (limit < -1) return { below: 0, above: 1 };
      if (limit > 1) return { below: 1, above: 0 };
      const score =
        limit <= estimate ? reaching((z) => at(z).low <= limit) : -reaching((z) => at(z).high >= limit);
      return { below: normalTail.above(score), above: normalTail.above(-score) };
    },
  };
}
