import { type Metric, metric, type SideColumns } from "./metric.ts";

const UNBOUNDED = Number.POSITIVE_INFINITY;
const face = {
  tasks: ["regression"],
  better: "lower",
  from: "number",
  unit: "native",
  domain: [0, UNBOUNDED],
} as const;

const error = (side: SideColumns): string => `(${side.value} - y)`;

/** Metrics of numbers. Errors are prediction minus label. */
export const regression: readonly Metric[] = [
  metric({
    ...face,
    name: "mae",
    summary: "mean absolute error",
    by: { family: "means", shape: "mean", rows: (s) => [`abs${error(s)}`], value: first },
  }),
  metric({
    ...face,
    name: "mse",
    summary: "mean squared error",
    by: { family: "means", shape: "mean", rows: (s) => [`pow(${error(s)}, 2)`], value: first },
  }),
  metric({
    ...face,
    name: "rmse",
    summary: "root of the mean squared error",
    by: {
      family: "means",
      shape: "root",
      rows: (s) => [`pow(${error(s)}, 2)`],
      value: ([mse]) => (mse === undefined ? null : Math.sqrt(mse)),
    },
  }),
  metric({
    ...face,
    name: "median_ae",
    summary: "median absolute error",
    by: { family: "order", row: (s) => `abs${error(s)}`, quantile: 0.5 },
  }),
  metric({
    ...face,
    name: "max_error",
    summary: "largest absolute error on these rows",
    by: { family: "order", row: (s) => `abs${error(s)}`, quantile: 1 },
  }),
  metric({
    ...face,
    name: "bias",
    better: "neither",
    domain: [-UNBOUNDED, UNBOUNDED],
    summary: "mean error: above 0 the model predicts too much",
    by: { family: "means", shape: "mean", rows: (s) => [error(s)], value: first },
  }),
  metric({
    ...face,
    name: "r2",
    better: "higher",
    unit: "proportion",
    domain: [-UNBOUNDED, 1],
    summary: "share of the label's variance that is explained; without a value where the label is constant",
    by: {
      family: "means",
      shape: "smooth",
      // Centred on the mean of all rows: raw squares would lose the digits that the difference needs.
      rows: (s) => [`pow(${error(s)}, 2)`, "y_centred", "pow(y_centred, 2)"],
      value: ([mse = 0, mean = 0, square = 0]) =>
        square - mean * mean > 0 ? 1 - mse / (square - mean * mean) : null,
    },
  }),
  metric({
    ...face,
    name: "mape",
    unit: "proportion",
    summary: "mean absolute error as a share of the label; without a value where a label is 0 (see `wape`)",
    by: {
      family: "means",
      shape: "mean",
      rows: (s) => [`abs${error(s)} / CASE WHEN abs(y) < 1e-12 THEN NULL ELSE abs(y) END`],
      value: first,
    },
  }),
  metric({
    ...face,
    name: "smape",
    unit: "proportion",
    domain: [0, 2],
    summary: "mean of |error| over the mean of |label| and |prediction|, between 0 and 2; 0/0 counts as 0",
    by: {
      family: "means",
      shape: "mean",
      rows: (s) => [
        `CASE WHEN y = 0 AND ${s.value} = 0 THEN 0 ELSE 2 * abs${error(s)} / (abs(y) + abs(${s.value})) END`,
      ],
      value: first,
    },
  }),
  metric({
    ...face,
    name: "wape",
    unit: "proportion",
    summary: "sum of absolute errors over the sum of absolute labels",
    by: {
      family: "means",
      shape: "smooth",
      rows: (s) => [`abs${error(s)}`, "abs(y)"],
      value: ([loss = 0, size = 0]) => (size > 0 ? loss / size : null),
    },
  }),
  metric({
    ...face,
    name: "rmsle",
    summary: "root of the mean squared error of log(1 + value); labels and predictions above -1",
    by: {
      family: "means",
      shape: "root",
      rows: (s) => [
        `pow(ln(1 + CASE WHEN ${s.value} > -1 THEN ${s.value} END) - ln(1 + CASE WHEN y > -1 THEN y END), 2)`,
      ],
      value: ([mean]) => (mean === undefined ? null : Math.sqrt(mean)),
    },
  }),
  metric({
    ...face,
    name: "pinball",
    args: ["number"],
    required: 1,
    summary: "quantile loss at the given quantile: `pinball(0.9)`",
    by: {
      family: "means",
      shape: "mean",
      rows: (s, { numbers: [q = 0.5] }) => [`greatest(${q} * (y - ${s.value}), ${q - 1} * (y - ${s.value}))`],
      value: first,
    },
  }),
  metric({
    ...face,
    name: "poisson_deviance",
    summary: "mean Poisson deviance; labels at least 0, predictions above 0",
    by: {
      family: "means",
      shape: "mean",
      rows: (s) => {
        const p = `CASE WHEN ${s.value} > 0 THEN ${s.value} END`;
        return [`2 * (CASE WHEN y > 0 THEN y * ln(y / (${p})) WHEN y = 0 THEN 0 END - y + (${p}))`];
      },
      value: first,
    },
  }),
  metric({
    ...face,
    name: "explained_variance",
    better: "higher",
    unit: "proportion",
    domain: [-UNBOUNDED, 1],
    summary: "share of the label's variance that is explained, a constant error forgiven",
    by: {
      family: "means",
      shape: "smooth",
      rows: (s) => [error(s), `pow(${error(s)}, 2)`, "y_centred", "pow(y_centred, 2)"],
      value: ([bias = 0, mse = 0, mean = 0, square = 0]) =>
        square - mean * mean > 0 ? 1 - (mse - bias * bias) / (square - mean * mean) : null,
    },
  }),
];

function first([mean]: readonly number[]): number | null {
  return mean ?? null;
}
