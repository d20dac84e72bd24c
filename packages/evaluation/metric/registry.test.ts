import { expect, test } from "vitest";
import { METRICS, metricsOf } from "./registry.ts";

test("every metric has one name, a sentence, and a domain that its ratio can rely on", () => {
  const names = METRICS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, summary, domain, positive } of METRICS) {
    expect(summary, name).not.toBe("");
    expect(domain[0], name).toBeLessThan(domain[1]);
    // `a / b < c` is judged as `a - c·b < 0`, which is the same only where b cannot be negative.
    expect(positive, name).toBe(domain[0] >= 0);
  }
});

test("what is compared with nothing is asked of the candidate alone", () => {
  const alone = METRICS.filter(({ sources }) => !sources.includes("baseline")).map(({ name }) => name);
  expect(alone.sort()).toEqual(["flips", "rows"]);
});

test("each task has the metrics that its users ask for", () => {
  const has = (task: Parameters<typeof metricsOf>[0]) => metricsOf(task).map(({ name }) => name);
  expect(has("binary")).toEqual(
    expect.arrayContaining([
      "accuracy",
      "precision",
      "recall",
      "f1",
      "mcc",
      "auc",
      "average_precision",
      "log_loss",
      "brier",
    ]),
  );
  expect(has("multiclass")).toEqual(
    expect.arrayContaining(["accuracy", "macro_f1", "mcc", "auc", "log_loss"]),
  );
  expect(has("multiclass")).not.toContain("average_precision");
  expect(has("regression")).toEqual(expect.arrayContaining(["rmse", "mae", "r2"]));
  expect(has("regression")).not.toContain("accuracy");
});
