import { type Confidence, requireFinite } from "../confidence.ts";
import { type Promised, promise } from "../promise.ts";
import { pairedMean } from "./t.ts";

export interface Blocked {
  confidence: Confidence;
  promise: Promised;
}

/**
 * The ratio of one number that was measured for two subjects in turn, block by block: Student's t on the log ratios of the blocks, told
 * on the scale of the ratio (Fleming and Wallace 1986 for the geometric mean of ratios). What disturbs a block disturbs both.
 * @param over positive, one a block
 * @param under positive, one a block, in the same order
 */
export function blockedRatio(over: readonly number[], under: readonly number[]): Blocked {
  const logs = paired(over, under, (a, b) => Math.log(a / b));
  const { estimate, interval, p } = pairedMean(momentsOf(logs));
  const back = (bound: number | null) => (bound === null ? null : Math.exp(bound));
  return {
    confidence: {
      estimate: Math.exp(estimate),
      interval: (level) => {
        const { low, high } = interval(level);
        return { low: back(low), high: back(high) };
      },
      // A ratio of positive numbers is above every limit that is not.
      p: (limit) => (limit > 0 ? p(Math.log(limit)) : { below: 0, above: 1 }),
    },
    promise: promise("blocks", { blocks: logs.length }),
  };
}

/** `weight * (over - under)`, by Student's t on the differences of the blocks. */
export function blockedDifference(
  over: readonly number[],
  under: readonly number[],
  weight: number,
): Blocked {
  const differences = paired(over, under, (a, b) => weight * (a - b));
  return {
    confidence: pairedMean(momentsOf(differences)),
    promise: promise("blocks", { blocks: differences.length }),
  };
}

/** A quantile by linear interpolation between order statistics (Hyndman and Fan 1996, definition 7). */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

function paired(
  over: readonly number[],
  under: readonly number[],
  of: (a: number, b: number) => number,
): number[] {
  if (over.length !== under.length)
    throw new RangeError(`${over.length} blocks of one, ${under.length} of the other`);
  const values = over.map((a, i) => of(a, under[i] ?? Number.NaN));
  for (const value of values) requireFinite("a block", value);
  return values;
}

function momentsOf(values: readonly number[]) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { n, mean, variance };
}
