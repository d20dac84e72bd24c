import { type Confidence, requireCount } from "../confidence.ts";
import { invertScore, outward } from "../interval/invert-score.ts";
import { ratio, type WithError } from "../interval/student.ts";
import { normalTail } from "../interval/tail.ts";
import type { OfCells } from "./delta.ts";
import { defined, gradientAt, STEP, sum } from "./gradient.ts";

/**
 * Score interval of one smooth metric, or difference of metrics, of joint counts. As Wilson's and Tango's it asks how far the estimate lies
 * from a supposed truth θ by the variance *there*: v(x) = (v + √(v² + 4·k·x + 4·u²·x²)) / 2 at x = θ − estimate, with v and k the second and third
 * cumulant of the influence of the rows and u the largest influence that one row can have. Near the estimate this is the variance of the
 * exponential family through the data (slope k / v: Efron 1987, section 4); for help and harm it is the Poisson form of Tango 1998, and so keeps a
 * width when both models agree everywhere. Wald's interval errs up to 60 % to one side where a few rows decide. An empty cell
 * counts as one that can occur: leave out those of classes without rows. Throws a RangeError where the metric is not defined.
 */
export function deltaCells(counts: readonly number[], metric: OfCells): Confidence {
  const { estimate, of } = influence(counts, metric);
  const far = score(counts, of);
  return invertScore({
    estimate,
    score: (truth) => far(estimate - truth),
    tail: normalTail,
    from: -Infinity,
    to: Infinity,
  });
}

/**
 * Interval of the ratio a / b of two positive metrics of the same joint counts: the c ≥ 0 at which the score interval of a − c·b, see
 * `deltaCells`, holds 0, as Fieller 1954 does for means. The upper end is null when b itself is not told from 0. b must be positive.
 */
export function deltaRatio(counts: readonly number[], a: OfCells, b: OfCells): Confidence {
  const over = influence(counts, a);
  const under = influence(counts, b);
  if (!(under.estimate > 0) || over.estimate < 0) {
    throw new RangeError(
      `a ratio of positive metrics needs a ≥ 0 and b > 0: ${over.estimate} / ${under.estimate}`,
    );
  }
  const at = (c: number) => {
    const [x, y] = [1 / (1 + c), c / (1 + c)]; // the score has no scale, but the fourth power of a large c no digits
    const of = over.of.map((one, cell) => x * one - y * (under.of[cell] ?? 0));
    return score(counts, of)(x * over.estimate - y * under.estimate);
  };
  const limits = { first: at(0), last: score(counts, under.of)(-under.estimate) };
  return invertScore({
    estimate: over.estimate / under.estimate,
    score: (c) => outward(at(c), limits),
    tail: normalTail,
    from: 0,
    to: Infinity,
  });
}

/** An estimate, its standard error, and what share of its variance the most influential single row carries, 0 to 1. */
export interface DeltaError extends WithError {
  readonly maxShare: number;
}

/** Estimate and standard error of one metric of joint counts by the multinomial delta method (Agresti 2013, section 16.1.4). */
export function deltaError(counts: readonly number[], metric: OfCells): DeltaError {
  const { estimate, of } = influence(counts, metric);
  const { variance, largest } = cumulants(counts, of);
  const maxShare = variance > 0 ? Math.min(1, largest ** 2 / variance) : 1;
  return { estimate, standardError: Math.sqrt(variance), maxShare };
}

/** What one more row of each cell does to the metric. */
function influence(counts: readonly number[], metric: OfCells): { estimate: number; of: number[] } {
  for (const count of counts) requireCount("cell", count);
  const estimate = defined(metric(counts));
  const steps = counts.map((count) => STEP * count);
  const slopes = gradientAt(counts, steps, metric);
  const mean = sum(slopes.map((slope, cell) => slope * (counts[cell] ?? 0))) / sum(counts);
  const first = (cell: number) => {
    const value = metric(counts.with(cell, 1));
    return value === null || !Number.isFinite(value) ? 0 : value - estimate;
  };
  return {
    estimate,
    of: slopes.map((slope, cell) => ((counts[cell] ?? 0) > 0 ? slope : first(cell)) - mean),
  };
}

function cumulants(counts: readonly number[], of: readonly number[]) {
  let [variance, skew, largest] = [0, 0, 0];
  of.forEach((one, cell) => {
    const count = counts[cell] ?? 0;
    variance += count * one ** 2;
    skew += count * one ** 3;
    largest = Math.max(largest, Math.abs(one));
  });
  return { variance, skew, largest };
}

function score(counts: readonly number[], of: readonly number[]): (distance: number) => number {
  const { variance, skew, largest } = cumulants(counts, of);
  return (distance) => {
    const root = Math.sqrt(
      Math.max(0, variance ** 2 - 4 * skew * distance + 4 * largest ** 2 * distance ** 2),
    );
    return ratio(distance, Math.sqrt((variance + root) / 2));
  };
}
