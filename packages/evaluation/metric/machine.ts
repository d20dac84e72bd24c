import { type Metric, metric } from "./metric.ts";

const TASKS = ["binary", "multiclass", "regression"] as const;

const latency = (name: string, quantile: number): Metric => ({
  ...metric({
    name,
    tasks: TASKS,
    better: "lower",
    from: "model",
    unit: "second",
    domain: [0, Number.POSITIVE_INFINITY],
    summary: `time of one answer, ${quantile * 100} % are faster; measured on the machine that judges`,
    by: { family: "latency", quantile },
  }),
  sliced: false,
});

/** What a model costs whoever runs it. Asked of models, not of predictions. */
export const machine: readonly Metric[] = [
  latency("latency.p50", 0.5),
  latency("latency.p95", 0.95),
  latency("latency.p99", 0.99),
  {
    ...metric({
      name: "size",
      tasks: TASKS,
      better: "lower",
      from: "file",
      unit: "byte",
      domain: [0, Number.POSITIVE_INFINITY],
      summary: "bytes of the model's files",
      by: { family: "size" },
    }),
    chance: "exact",
    sliced: false,
  },
];
