import * as count from "./confusion.ts";
import { type Metric, metric } from "./metric.ts";

const tasks = ["binary", "multiclass"] as const;
const face = { tasks, better: "higher", from: "decision", domain: [0, 1] } as const;

// One-class metrics: the positive class of a binary task, or the class named as argument or by `[label = "…"]`.
const oneClass = { ...face, args: ["text"] as const };

/** Metrics of labels: functions of the confusion counts. */
export const classification: readonly Metric[] = [
  metric({
    ...face,
    name: "accuracy",
    summary: "share of rows answered with their true class",
    by: { family: "cells", value: (c) => shareOf(count.correct(c)), share: count.correct },
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
      family: "cells",
      value: (c, { positive }) => shareOf(count.recalled(c, positive)),
      share: (c, { positive }) => count.recalled(c, positive),
      play: (c, { positive }) => count.support(c, positive),
    },
  }),
  metric({
    ...oneClass,
    name: "precision",
    summary: "share of the answers with this class that are right",
    by: {
      family: "cells",
      value: (c, { positive }) => shareOf(count.precise(c, positive)),
      share: (c, { positive }) => count.precise(c, positive),
      play: (c, { positive }) => count.answered(c, positive),
    },
  }),
  metric({
    ...oneClass,
    name: "specificity",
    summary: "share of the other classes that is not taken for this one (true negative rate)",
    by: {
      family: "cells",
      value: (c, { positive }) => shareOf(count.specific(c, positive)),
      share: (c, { positive }) => count.specific(c, positive),
      play: (c, { positive }) => count.total(c) - count.support(c, positive),
    },
  }),
  metric({
    ...oneClass,
    name: "false_positive_rate",
    better: "lower",
    summary: "share of the other classes that is taken for this one",
    by: {
      family: "cells",
      value: (c, { positive }) => shareOf(missed(count.specific(c, positive))),
      share: (c, { positive }) => missed(count.specific(c, positive)),
      play: (c, { positive }) => count.total(c) - count.support(c, positive),
    },
  }),
  metric({
    ...oneClass,
    name: "selection_rate",
    better: "neither",
    summary: "share of the rows answered with this class (demographic parity compares it between groups)",
    by: {
      family: "cells",
      value: (c, { positive }) => shareOf({ successes: count.answered(c, positive), n: count.total(c) }),
      share: (c, { positive }) => ({ successes: count.answered(c, positive), n: count.total(c) }),
    },
  }),
  metric({
    ...oneClass,
    name: "f1",
    summary: "harmonic mean of precision and recall",
    by: { family: "cells", value: (c, { positive }) => count.fBeta(c, positive, 1), play: positives },
  }),
  metric({
    ...face,
    name: "f_beta",
    args: ["number", "text"],
    required: 1,
    summary: "F with recall weighted beta times as much as precision",
    by: {
      family: "cells",
      value: (c, { positive, numbers }) => count.fBeta(c, positive, numbers[0] ?? 1),
      play: positives,
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
  ...(["precision", "recall", "f1"] as const).flatMap((name) => {
    const value = (c: count.Confusion, k: number) =>
      name === "f1" ? count.fBeta(c, k, 1) : shareOf((name === "recall" ? count.recalled : count.precise)(c, k));
    return [
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
    ];
  }),
];

function shareOf({ successes, n }: count.Share): number | null {
  return count.ratio(successes, n);
}

function missed({ successes, n }: count.Share): count.Share {
  return { successes: n - successes, n };
}

function positives(c: count.Confusion, { positive }: { positive: number }): number {
  return Math.min(count.support(c, positive), count.total(c) - count.support(c, positive));
}
