import * as count from "./confusion.ts";
import { type Asked, type Metric, metric } from "./metric.ts";

const face = { tasks: ["binary", "multiclass"], better: "higher", from: "decision", domain: [0, 1] } as const;

// One-class metrics: the positive class of a binary task, or the class named as argument or by `[label = "…"]`.
const oneClass = { ...face, args: ["text"] as const };

const ofClass = (c: count.Confusion, { positive }: Asked) => count.support(c, positive);
const ofOthers = (c: count.Confusion, { positive }: Asked) => count.total(c) - count.support(c, positive);
const ofBoth = (c: count.Confusion, asked: Asked) => Math.min(ofClass(c, asked), ofOthers(c, asked));

const perClass = {
  precision: count.precision,
  recall: count.recall,
  f1: (c: count.Confusion, k: number) => count.fBeta(c, k, 1),
};

/** Metrics of labels: functions of the confusion counts. */
export const classification: readonly Metric[] = [
  metric({
    ...face,
    name: "accuracy",
    summary: "share of rows answered with their true class",
    by: { family: "share", row: (y, answer) => answer === y },
  }),
  metric({
    ...face,
    name: "balanced_accuracy",
    summary: "mean recall over the classes that occur",
    by: { family: "cells", value: count.balanced, play: count.rarest },
  }),
  metric({
    ...oneClass,
    name: "recall",
    summary: "share of the class that is found (true positive rate)",
    by: {
      family: "share",
      row: (y, answer, { positive }) => (y === positive ? answer === positive : undefined),
      play: ofClass,
    },
  }),
  metric({
    ...oneClass,
    name: "precision",
    summary: "share of the answers with this class that are right",
    by: {
      family: "share",
      row: (y, answer, { positive }) => (answer === positive ? y === positive : undefined),
      play: (c, { positive }) => count.answered(c, positive),
    },
  }),
  metric({
    ...oneClass,
    name: "specificity",
    summary: "share of the other classes that is not taken for this one (true negative rate)",
    by: {
      family: "share",
      row: (y, answer, { positive }) => (y === positive ? undefined : answer !== positive),
      play: ofOthers,
    },
  }),
  metric({
    ...oneClass,
    name: "false_positive_rate",
    better: "lower",
    summary: "share of the other classes that is taken for this one",
    by: {
      family: "share",
      row: (y, answer, { positive }) => (y === positive ? undefined : answer === positive),
      play: ofOthers,
    },
  }),
  metric({
    ...oneClass,
    name: "selection_rate",
    better: "neither",
    summary: "share of the rows answered with this class (demographic parity compares it between groups)",
    by: { family: "share", row: (_, answer, { positive }) => answer === positive },
  }),
  metric({
    ...oneClass,
    name: "jaccard",
    summary: "rows rightly answered with this class, of all that are it or are answered with it",
    by: {
      family: "share",
      row: (y, answer, { positive }) => (y === positive || answer === positive ? y === answer : undefined),
      play: ofBoth,
    },
  }),
  metric({
    ...oneClass,
    name: "f1",
    summary: "harmonic mean of precision and recall",
    by: { family: "cells", value: (c, { positive }) => count.fBeta(c, positive, 1), play: ofBoth },
  }),
  metric({
    ...face,
    name: "f_beta",
    args: ["number", "text"],
    required: 1,
    summary: "F with recall weighted beta times as much as precision",
    by: {
      family: "cells",
      value: (c, { positive, numbers: [beta = 1] }) => count.fBeta(c, positive, beta),
      play: ofBoth,
    },
  }),
  metric({
    ...face,
    name: "mcc",
    domain: [-1, 1],
    summary: "Matthews correlation of labels and answers",
    by: { family: "cells", value: count.matthews, play: count.rarest },
  }),
  metric({
    ...face,
    name: "kappa",
    domain: [-1, 1],
    summary: "Cohen's agreement beyond chance",
    by: { family: "cells", value: count.kappa, play: count.rarest },
  }),
  ...Object.entries(perClass).flatMap(([name, value]) => [
    metric({
      ...face,
      name: `macro_${name}`,
      summary: `mean ${name} over the classes`,
      by: { family: "cells", value: (c) => count.macro(c, (k) => value(c, k)), play: count.rarest },
    }),
    metric({
      ...face,
      name: `weighted_${name}`,
      summary: `mean ${name} over the classes, weighted by how often each occurs`,
      by: { family: "cells", value: (c) => count.weighted(c, (k) => value(c, k)), play: count.rarest },
    }),
  ]),
];
