import { type Confidence, requireCount } from "../confidence.ts";
import { logitInterval } from "../interval/logit.ts";
import { studentInterval } from "../interval/student.ts";

/** P(Poisson(1) ≤ k) for k = 0, 1, …: a row's weight in a replicate is the first k whose entry exceeds a uniform number of its key. */
export const POISSON1_CDF: readonly number[] = [
  0.36787944117144233, 0.7357588823428847, 0.9196986029286058, 0.9810118431238462, 0.9963401531726563,
  0.9994058151824183, 0.999916758850712, 0.9999897508033253, 0.999998874797402, 0.9999998885745217,
  0.9999999899522336, 0.9999999991683892, 0.9999999999364022, 0.9999999999954802, 0.9999999999997,
  0.9999999999999813, 0.9999999999999989, 1,
];

/** The Poisson(1) weight for a uniform number in [0, 1). */
export function poisson1(uniform: number): number {
  return POISSON1_CDF.findIndex((share) => uniform < share);
}

export interface Replicated {
  readonly estimate: number;
  /** The same estimate under each set of Poisson(1) row weights; null where it was not defined. */
  readonly replicates: readonly (number | null)[];
  /** `one` estimate in [0, 1], e.g. an average precision, or a paired `difference`. */
  readonly of: "one" | "difference";
  /** Rows of the smallest class in play: what one estimate of exactly 0 or 1 is judged by (see `logitInterval`). */
  readonly n?: number;
}

/**
 * Interval from the standard error of Poisson-bootstrap replicates (Hanley and MacGibbon 2006; Chamandy et al. 2012): of one estimate on the
 * logit scale, of a difference plain with t at B − 1 degrees of freedom. Needs 30 defined replicates, else a RangeError.
 */
export function poissonBootstrap({ estimate, replicates, of, n }: Replicated): Confidence & {
  readonly replicates: number;
  readonly undefinedReplicates: number;
} {
  const values = replicates.filter((value) => value !== null && Number.isFinite(value)) as number[];
  requireCount("defined replicates", values.length, 30);
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1);
  const standardError = Math.sqrt(variance);
  const confidence =
    of === "one"
      ? logitInterval({ estimate, standardError, ...(n === undefined ? {} : { n }) })
      : studentInterval({ estimate, standardError, df: values.length - 1 });
  return {
    ...confidence,
    replicates: values.length,
    undefinedReplicates: replicates.length - values.length,
  };
}
