import { type Confidence, requireCount, requireFinite } from "../confidence.ts";
import { invertScore } from "../interval/invert-score.ts";
import { ratio, studentInterval, type WithError } from "../interval/student.ts";
import { normalTail } from "../interval/tail.ts";

/** A metric of joint cell counts. Smooth, for any real counts ≥ 0; null or NaN where it is not defined. */
export type OfCells = (counts: readonly number[]) => number | null;

/** Estimates of several metrics of the same cells, and the covariance matrix of these estimates. */
export interface Joint {
  readonly estimates: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

const STEP = Math.cbrt(Number.EPSILON); // balances truncation and rounding of a central difference

/**
 * Multinomial delta method (Agresti 2013, section 16.1.4) for metrics of joint counts of one set of rows; numeric gradients. Throws a RangeError if a
 * metric is not defined at the counts: ask before. Cells with no row add nothing to the variance, so a perfect or identical pair has none.
 */
export function deltaJoint(counts: readonly number[], metrics: readonly OfCells[]): Joint {
  for (const count of counts) requireCount("cell", count);
  const n = counts.reduce((total, count) => total + count, 0);
  const estimates = metrics.map((metric) => defined(metric(counts)));
  const gradients = metrics.map((metric) =>
    gradientAt(
      counts,
      counts.map((count) => STEP * count),
      metric,
    ),
  );
  const along = (gradient: readonly number[]) =>
    sum(gradient.map((slope, cell) => slope * (counts[cell] ?? 0)));
  const covariance = gradients.map((first) =>
    gradients.map((second) => {
      const both = sum(first.map((slope, cell) => slope * (second[cell] ?? 0) * (counts[cell] ?? 0)));
      return both - (along(first) * along(second)) / n;
    }),
  );
  return { estimates, covariance };
}

/** An estimate, its standard error, and what share of its variance the most influential single row carries, 0 to 1. */
export interface DeltaError extends WithError {
  readonly maxShare: number;
}

/** Estimate and standard error of one metric of joint counts; see `deltaJoint`. */
export function deltaError(counts: readonly number[], metric: OfCells): DeltaError {
  const { estimate, variance, largest } = influence(counts, metric);
  const maxShare = variance > 0 ? Math.min(1, largest ** 2 / variance) : 1;
  return { estimate, standardError: Math.sqrt(variance), maxShare };
}

/**
 * Score interval of one smooth metric, or difference of metrics, of joint counts. As Wilson's and Tango's it asks how far the estimate lies
 * from a supposed truth θ by the variance *there*: v(x) = (v + √(v² + 4·k·x + 4·u²·x²)) / 2 at x = θ − estimate, with v and k the second and third
 * cumulant of the influence of the rows and u the largest influence that one row can have. Near the estimate this is the variance of the
 * exponential family through the data (slope k / v: Efron 1987, section 4); for help and harm it is the Poisson form of Tango 1998, and so keeps a
 * width when both models agree everywhere. Wald's interval errs up to 60 % to one side where a few rows decide. An empty cell
 * counts as one that can occur: leave out those of classes without rows.
 */
export function deltaCells(counts: readonly number[], metric: OfCells): Confidence {
  const { estimate, variance, skew, largest } = influence(counts, metric);
  const score = (truth: number) => {
    const x = truth - estimate;
    const root = Math.sqrt(Math.max(0, variance ** 2 + 4 * skew * x + 4 * largest ** 2 * x ** 2));
    return ratio(-x, Math.sqrt((variance + root) / 2));
  };
  return invertScore({ estimate, score, tail: normalTail, from: -Infinity, to: Infinity });
}

function influence(counts: readonly number[], metric: OfCells) {
  for (const count of counts) requireCount("cell", count);
  const n = sum(counts);
  const estimate = defined(metric(counts));
  const slopes = gradientAt(
    counts,
    counts.map((count) => STEP * count),
    metric,
  );
  const mean = sum(slopes.map((slope, cell) => slope * (counts[cell] ?? 0))) / n;
  let [variance, skew, largest] = [0, 0, 0];
  counts.forEach((count, cell) => {
    const one = (count > 0 ? (slopes[cell] ?? 0) : oneMore(counts, cell, metric, estimate)) - mean;
    variance += count * one ** 2;
    skew += count * one ** 3;
    largest = Math.max(largest, Math.abs(one));
  });
  return { estimate, variance, skew, largest };
}

/** What a first row in an empty cell would do. */
function oneMore(counts: readonly number[], cell: number, metric: OfCells, estimate: number): number {
  const value = metric(counts.with(cell, 1));
  return value === null || !Number.isFinite(value) ? 0 : value - estimate;
}

export interface Means {
  /** Rows, ≥ 2. */
  readonly n: number;
  readonly means: readonly number[];
  /** Of the rows, with n − 1: not of the means. */
  readonly covariance: readonly (readonly number[])[];
}

/** Estimates of several smooth functions of means of the same rows, and their covariance matrix (delta method, Oehlert 1992). */
export function deltaMeansJoint(
  { n, means, covariance }: Means,
  metrics: readonly ((means: readonly number[]) => number | null)[],
): Joint {
  requireCount("n", n, 2);
  const steps = means.map((mean, i) => {
    const variance = covariance[i]?.[i] ?? 0;
    return variance > 0 ? STEP * Math.max(Math.abs(mean), Math.sqrt(variance / n)) : 0;
  });
  const gradients = metrics.map((metric) => gradientAt(means, steps, metric));
  return {
    estimates: metrics.map((metric) => defined(metric(means))),
    covariance: gradients.map((first) =>
      gradients.map(
        (second) =>
          sum(
            first.map((slope, i) => sum(second.map((other, j) => slope * other * (covariance[i]?.[j] ?? 0)))),
          ) / n,
      ),
    ),
  };
}

/** Interval of a smooth function of means of the same rows: delta method, t with n − 1 degrees of freedom. */
export function deltaMeans(of: Means, f: (means: readonly number[]) => number | null): Confidence {
  const { estimates, covariance } = deltaMeansJoint(of, [f]);
  return studentInterval({
    estimate: estimates[0] ?? 0,
    standardError: Math.sqrt(Math.max(0, covariance[0]?.[0] ?? 0)),
    df: of.n - 1,
  });
}

function gradientAt(
  point: readonly number[],
  steps: readonly number[],
  f: (point: readonly number[]) => number | null,
): number[] {
  return point.map((value, i) => {
    const step = steps[i] ?? 0;
    if (step === 0) return 0; // what cannot vary adds no variance
    const up = defined(f(point.with(i, value + step)));
    const down = defined(f(point.with(i, value - step)));
    return (up - down) / (2 * step);
  });
}

function defined(value: number | null): number {
  if (value === null) throw new RangeError("the metric is not defined at these counts or means");
  requireFinite("metric", value);
  return value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
