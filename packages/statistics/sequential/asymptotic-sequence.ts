import { type Confidence, oneSide, requireFinite } from "../confidence.ts";

/**
 * A confidence sequence for a mean: its interval may be looked at after every observation. Asymptotic (Waudby-Smith, Arbour, Sinha,
 * Kennedy and Ramdas 2024, equation 9: a normal mixture), so that it asks for many observations of finite variance.
 * @param of.estimate the mean so far
 * @param of.error its standard error
 * @param of.n observations so far
 * @param of.tuned the number of observations at which the sequence is narrowest for its level: when a decision is expected
 * @param of.level two-sided; what `tuned` refers to
 */
export function asymptoticSequence(of: {
  estimate: number;
  error: number;
  n: number;
  tuned: number;
  level: number;
}): Confidence {
  const { estimate, error, n, tuned } = of;
  requireFinite("estimate", estimate);
  if (!(error >= 0 && n > 0 && tuned > 0)) throw new RangeError(`no sequence of ${n} with error ${error}`);
  const alpha = 2 * oneSide(of.level);
  // n times rho squared in the paper's words
  const k = (n / tuned) * (-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha)));
  const halfWidth = (level: number) =>
    error * Math.sqrt(((2 * (k + 1)) / k) * (0.5 * Math.log(k + 1) - Math.log(2 * oneSide(level))));
  const twoSided = (limit: number) => {
    const distance = (estimate - limit) / error;
    return Math.exp(0.5 * Math.log(k + 1) - (distance * distance * k) / (2 * (k + 1)));
  };
  return {
    estimate,
    interval(level) {
      const half = halfWidth(level);
      return { low: estimate - half, high: estimate + half };
    },
    p(limit) {
      if (error === 0) return { below: estimate > limit ? 0 : 1, above: estimate < limit ? 0 : 1 };
      const side = Math.min(0.5, twoSided(limit) / 2);
      return estimate > limit ? { below: side, above: 1 } : { below: 1, above: side };
    },
  };
}
