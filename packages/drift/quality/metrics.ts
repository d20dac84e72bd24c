import type { MetricSpec, Task } from "@mlops-actions/core";

interface QualityMetric extends MetricSpec {
  tasks: readonly Task[];
}

const quality = (name: string, tasks: readonly Task[], summary: string): QualityMetric => ({
  name,
  tasks,
  summary,
  unit: tasks.includes("regression") ? "native" : "proportion",
  chance: "sampled",
  sources: ["own", "released"],
  args: [],
  required: 0,
  positive: true,
  sliced: false,
});

const QUALITY: readonly QualityMetric[] = [
  quality(
    "accuracy",
    ["binary", "multiclass"],
    "share of right answers among those that have a label by now",
  ),
  quality("auc", ["binary"], "area under the ROC curve of the answers that have a label by now"),
  quality("mae", ["regression"], "mean absolute error of the answers that have a label by now"),
];

/** What a condition of `drift` may say. */
export const METRICS: readonly MetricSpec[] = [
  ...QUALITY,
  {
    name: "drift",
    unit: "proportion",
    chance: "sampled",
    sources: ["own"],
    args: ["column"],
    required: 1,
    positive: true,
    sliced: false,
    summary: "share of rows by which a column, or an answer, is away from the reference",
  },
  {
    name: "missing",
    unit: "proportion",
    chance: "sampled",
    sources: ["own"],
    args: ["column"],
    required: 1,
    positive: true,
    sliced: false,
    summary: "share of the current rows in which a column is missing",
  },
];

/** Those that a task has: realised quality by its own metrics. */
export function metricsOf(task: Task): readonly MetricSpec[] {
  return METRICS.filter(
    (one) => !QUALITY.some(({ name, tasks }) => name === one.name && !tasks.includes(task)),
  );
}

export function qualityNames(task: Task): readonly string[] {
  return QUALITY.filter(({ tasks }) => tasks.includes(task)).map(({ name }) => name);
}
