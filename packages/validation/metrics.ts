import type { MetricSpec } from "@mlops-actions/core";

const counted = {
  unit: "count",
  chance: "exact",
  sources: ["own"],
  positive: true,
  sliced: false,
} as const satisfies Partial<MetricSpec>;

/** What the conditions under `data.checks` may ask. Without a table they ask of the training rows. */
export const METRICS: readonly MetricSpec[] = [
  {
    ...counted,
    name: "rows",
    args: ["table"],
    required: 1,
    sliced: true,
    summary: "rows of a table",
  },
  {
    ...counted,
    name: "missing",
    unit: "proportion",
    args: ["column", "table"],
    required: 1,
    sliced: true,
    summary: "share of rows without a value: nothing, NaN, or the empty text",
  },
  {
    ...counted,
    name: "distinct",
    args: ["column", "table"],
    required: 1,
    sliced: true,
    summary: "different values of a column, or of `key`",
  },
  {
    ...counted,
    name: "duplicates",
    args: ["column", "table"],
    required: 1,
    sliced: true,
    summary:
      "rows whose value stands in an earlier row as well: of a column, of `key`, or `duplicates(train)` of whole rows",
  },
  {
    ...counted,
    name: "overlap",
    args: ["table", "table", "column", "column", "column", "column", "column", "column"],
    required: 2,
    summary:
      "rows of the second table that stand in the first: by `data.key`, else as whole rows; `overlap(train, test, user)` by other columns",
  },
  {
    ...counted,
    name: "mean",
    unit: "native",
    args: ["column", "table"],
    required: 1,
    positive: false,
    sliced: true,
    summary: "mean of the finite values",
  },
  {
    ...counted,
    name: "quantile",
    unit: "native",
    args: ["column", "number", "table"],
    required: 2,
    positive: false,
    sliced: true,
    summary: "quantile of the finite values: `quantile(age, 0.5)` is the median",
  },
  {
    ...counted,
    name: "freshness",
    unit: "second",
    args: ["column", "table"],
    required: 1,
    positive: false,
    sliced: true,
    summary: "age of the newest date or time that is not in the future",
  },
  {
    ...counted,
    name: "conflicts",
    args: ["table"],
    required: 1,
    summary: "rows that share all features with a row of another label",
  },
];
