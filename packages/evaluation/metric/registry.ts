import type { Task } from "@mlops-actions/core";
import { classification } from "./classification.ts";
import { machine } from "./machine.ts";
import { type Metric, metric } from "./metric.ts";
import { probability } from "./probability.ts";
import { regression } from "./regression.ts";

/** All metrics of the evaluation. One registry serves conditions, reports and the reference. */
export const METRICS: readonly Metric[] = [
  ...classification,
  ...probability,
  ...regression,
  ...machine,
  metric({
    name: "flips",
    tasks: ["binary", "multiclass"],
    better: "neither",
    from: "decision",
    domain: [0, 1],
    summary: "share of rows that candidate and baseline answer differently",
    by: { family: "flips" },
  }),
  metric({
    name: "rows",
    tasks: ["binary", "multiclass", "regression"],
    better: "neither",
    from: "label",
    unit: "count",
    domain: [0, Number.POSITIVE_INFINITY],
    summary: "rows that were judged",
    by: { family: "rows" },
  }),
];

export function metricsOf(task: Task): readonly Metric[] {
  return METRICS.filter(({ tasks }) => tasks.includes(task));
}
