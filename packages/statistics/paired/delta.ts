import { type Confidence, requireCount } from "../confidence.ts";
import { studentInterval } from "../interval/student.ts";
import { defined, gradientAt, STEP, sum } from "./gradient.ts";

/** A metric of joint cell counts. Smooth, for any real counts ≥ 0; null or NaN where it is not defined. */
export type OfCells = (counts: readonly number[]) => number | null;

/** Estimates of several metrics of the same cells, and the covariance matrix of these estimates. */
export interface Joint {
  readonly estimates: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

/**
 * Multinomial delta method (Agresti 2013, section 16.1.4) for metrics of joint counts of one set of rows; numeric gradients. Throws a RangeError if a
 * metric is not defined at the counts: ask before. Cells with no row add nothing to the variance, so a perfect or identical pair has none.
 */
export function deltaJoint(counts: readonly number[], metrics: readonly OfCells[]): Joint {
  for (const count of counts) requireCount("cell", count);
  const n = sum(counts);
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
