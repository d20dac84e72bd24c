import gammaln from "@stdlib/math-base-special-gammaln";
import { requireCount } from "../confidence.ts";

/** Units that went to two groups while the split was meant to be `share`. */
export interface SplitUnits {
  readonly own: number;
  readonly other: number;
  /** The share that was meant for `own`, in (0, 1). */
  readonly share: number;
}

/** Weight of the prior in units: large, so that small mismatches are found (Lindon and Malek 2022 show the choice). */
const PRIOR = 100;

/**
 * The log Bayes factor of "the split is another one" against "the split is as meant": Dirichlet-multinomial, an e-process in every group of
 * units with one meant share, and so is the product over groups. Above `-log(alpha)` the assignment is broken.
 * @param groups one for each meant share, all of its units together
 */
export function sampleRatioEvidence(groups: readonly SplitUnits[], prior = PRIOR): number {
  return groups.reduce((sum, { own, other, share }) => {
    requireCount("own", own);
    requireCount("other", other);
    if (!(share > 0 && share < 1)) throw new RangeError(`share must lie in (0, 1): ${share}`);
    const [a, b] = [prior * share, prior * (1 - share)];
    return (
      sum + logBeta(a + own, b + other) - logBeta(a, b) - own * Math.log(share) - other * Math.log(1 - share)
    );
  }, 0);
}

function logBeta(a: number, b: number): number {
  return gammaln(a) + gammaln(b) - gammaln(a + b);
}
