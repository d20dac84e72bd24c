import type { MetricSpec } from "@mlops-actions/core";

const spec = (name: string, unit: MetricSpec["unit"], summary: string): MetricSpec => ({
  name,
  unit,
  chance: "sampled",
  sources: ["own", "stable"],
  args: [],
  required: 0,
  positive: true,
  sliced: false,
  summary,
});

export const QUANTILES = { "latency.p50": 0.5, "latency.p90": 0.9, "latency.p95": 0.95, "latency.p99": 0.99 };

/** What a guardrail of a rollout may speak of. */
export const METRICS: readonly MetricSpec[] = [
  spec(
    "error_rate",
    "proportion",
    "Requests answered with an error of the server's own, of all that were right",
  ),
  spec("latency.mean", "second", "Mean time to an answer"),
  ...Object.keys(QUANTILES).map((name) =>
    spec(name, "second", `Time within which ${name.slice("latency.p".length)}% of the requests are answered`),
  ),
];
