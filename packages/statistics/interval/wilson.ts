import { type Confidence, oneSide, requireCount } from "../confidence.ts";
import { ratio } from "./student.ts";
import { normalTail } from "./tail.ts";

/** Wilson's score interval for a proportion (Wilson 1927; Brown, Cai and DasGupta 2001, eq. 4). `n` ≥ 1. */
export function wilson(successes: number, n: number): Confidence {
  requireCount("n", n, 1);
  requireCount("successes", successes);
  if (successes > n) throw new RangeError(`${successes} successes of ${n}`);
  const estimate = successes / n;
  return {
    estimate,
    interval(level) {
      const z = normalTail.critical(oneSide(level));
      return { low: lowest(successes, n, z), high: 1 - lowest(n - successes, n, z) };
    },
    p(limit) {
      if (limit < 0) return { below: 0, above: 1 };
      if (limit > 1) return { below: 1, above: 0 };
      const score = ratio(estimate - limit, Math.sqrt(limit) * Math.sqrt((1 - limit) / n));
      return { below: normalTail.above(score), above: normalTail.above(-score) };
    },
  };
}

/** The lower bound; the upper one is the lower bound of the failures, so that counting failures instead mirrors exactly. */
function lowest(successes: number, n: number, z: number): number {
  if (successes === 0) return 0;
  const share = successes / n;
  const spread = z * Math.sqrt(share * (1 - share) * n + (z * z) / 4);
  return Math.max(0, (successes + (z * z) / 2 - spread) / (n + z * z));
}
