import { type Confidence, requireCount } from "../confidence.ts";
import { drawBinomial } from "../random/binomial.ts";
import type { Random } from "../random/xoshiro256.ts";
import type { OfCells } from "./delta.ts";
import { percentile } from "./replicates.ts";

export interface Resampled extends Confidence {
  /** Replicates that the interval rests on. */
  readonly replicates: number;
  /** Replicates left out because the metric was not defined there. */
  readonly undefinedReplicates: number;
}

/**
 * Percentile bootstrap (Efron 1979) of any metric of joint cell counts. Resampling rows is a multinomial draw of the cells, so the cost does
 * not depend on the number of rows. Throws a RangeError if the metric is not defined at the counts or in half of the replicates.
 */
export function cellBootstrap(
  counts: readonly number[],
  metric: OfCells,
  { replicates, random }: { readonly replicates: number; readonly random: Random },
): Resampled {
  requireCount("replicates", replicates, 100);
  for (const count of counts) requireCount("cell", count);
  const estimate = metric(counts);
  if (estimate === null || !Number.isFinite(estimate))
    throw new RangeError("the metric is not defined at these counts");
  const values: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    const value = metric(drawMultinomial(counts, random));
    if (value !== null && Number.isFinite(value)) values.push(value);
  }
  if (values.length * 2 < replicates) throw new RangeError("the metric is not defined in most replicates");
  const sorted = Float64Array.from(values).sort();
  return {
    estimate,
    ...percentile(sorted),
    replicates: values.length,
    undefinedReplicates: replicates - values.length,
  };
}

/** As many rows as `counts` holds, drawn with their shares: a binomial draw per cell of what is left. */
export function drawMultinomial(counts: readonly number[], random: Random): number[] {
  let rows = counts.reduce((total, count) => total + count, 0);
  let mass = rows;
  return counts.map((count) => {
    const drawn = count === 0 ? 0 : drawBinomial(rows, Math.min(1, count / mass), random);
    rows -= drawn;
    mass -= count;
    return drawn;
  });
}
