import { type Asked, type Metric, metric, type SideColumns } from "./metric.ts";

// scikit-learn's clip for float64 since 1.3: a sure and wrong answer costs 36 nats instead of infinity.
const EPSILON = 2 ** -52;

const tasks = ["binary", "multiclass"] as const;

const calibrated = {
  tasks: ["binary"],
  better: "lower",
  from: "probability",
  domain: [0, 1],
  args: ["number"],
} as const;

/** Metrics of scores and probabilities. */
export const probability: readonly Metric[] = [
  metric({
    name: "auc",
    tasks,
    better: "higher",
    from: "score",
    domain: [0, 1],
    summary: "area under the ROC curve; multiclass: one against the rest, mean over the classes",
    by: { family: "auc" },
  }),
  metric({
    name: "average_precision",
    tasks: ["binary"],
    better: "higher",
    from: "score",
    domain: [0, 1],
    summary: "precision averaged over the recall steps, ties grouped",
    by: { family: "average-precision" },
  }),
  metric({
    name: "log_loss",
    tasks,
    better: "lower",
    from: "probability",
    unit: "native",
    domain: [0, Number.POSITIVE_INFINITY],
    summary: "mean negative log of the probability given to the true class (nats)",
    by: {
      family: "means",
      shape: "mean",
      rows: (side, asked) => [`-ln(least(greatest(${ofTruth(side, asked)}, ${EPSILON}), ${1 - EPSILON}))`],
      value: ([loss]) => loss ?? null,
    },
  }),
  metric({
    name: "brier",
    tasks,
    better: "lower",
    from: "probability",
    unit: "native",
    domain: [0, 2],
    summary:
      "mean squared distance of the probabilities from what happened; multiclass: summed over the classes",
    by: {
      family: "means",
      shape: "mean",
      rows: (side, { classes }) => [
        classes.length === 2
          ? `pow(${side.probability(1)} - (y = 1)::INTEGER, 2)`
          : classes.map((_, k) => `pow(${side.probability(k)} - (y = ${k})::INTEGER, 2)`).join(" + "),
      ],
      value: ([loss]) => loss ?? null,
    },
  }),
  metric({
    name: "brier_skill",
    tasks: ["binary"],
    better: "higher",
    from: "probability",
    domain: [Number.NEGATIVE_INFINITY, 1],
    summary:
      "Brier score against that of always giving the share of positives: 1 is perfect, 0 no better than the share",
    by: {
      family: "means",
      shape: "smooth",
      rows: (side) => [`pow(${side.probability(1)} - (y = 1)::INTEGER, 2)`, "(y = 1)::INTEGER"],
      value: ([loss = 0, share = 0]) => (share > 0 && share < 1 ? 1 - loss / (share * (1 - share)) : null),
    },
  }),
  metric({
    ...calibrated,
    name: "ece",
    summary:
      "expected calibration error: how far the share of positives lies from the mean probability, averaged over bins of equally many rows (10, or as many as given)",
    by: { family: "calibration", of: "mean" },
  }),
  metric({
    ...calibrated,
    name: "mce",
    summary: "the same where it is largest: the maximum calibration error",
    by: { family: "calibration", of: "most" },
  }),
  ...[2, 3, 5].map((k) =>
    metric({
      name: `top${k}`,
      tasks: ["multiclass"],
      better: "higher",
      from: "probability",
      domain: [0, 1],
      summary: `share of rows whose true class is among the ${k} most probable; ties count against the model`,
      by: {
        family: "means",
        shape: "mean",
        rows: (side, asked) => [
          `(${asked.classes.map((_, j) => `(y <> ${j} AND ${side.probability(j)} >= ${ofTruth(side, asked)})::INTEGER`).join(" + ")} < ${k})::INTEGER`,
        ],
        value: ([share]) => share ?? null,
      },
    }),
  ),
];

function ofTruth(side: SideColumns, { classes }: Asked): string {
  return `CASE y ${classes.map((_, k) => `WHEN ${k} THEN ${side.probability(k)}`).join(" ")} END`;
}
