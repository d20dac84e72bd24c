import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";
import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import { type Confidence, oneSide, requireCount } from "../confidence.ts";

/** The exact binomial interval (Clopper and Pearson 1934): never covers less than it says, often more. `n` ≥ 1. */
export function clopperPearson(successes: number, n: number): Confidence {
  requireCount("n", n, 1);
  requireCount("successes", successes);
  if (successes > n) throw new RangeError(`${successes} successes of ${n}`);
  return {
    estimate: successes / n,
    interval(level) {
      const alpha = oneSide(level);
      return { low: lowest(successes, n, alpha), high: 1 - lowest(n - successes, n, alpha) };
    },
    p(limit) {
      if (limit < 0) return { below: 0, above: 1 };
      if (limit > 1) return { below: 1, above: 0 };
      // P(X ≥ successes) by its failures: the upper tail keeps its digits
      return { below: binomialCdf(n - successes, n, 1 - limit), above: binomialCdf(successes, n, limit) };
    },
  };
}

function lowest(successes: number, n: number, alpha: number): number {
  return successes === 0 ? 0 : betaQuantile(alpha, successes, n - successes + 1);
}
