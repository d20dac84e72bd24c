import { ConditionError } from "@mlops-actions/core";
import { expect, it } from "vitest";
import { guardrail } from "./guardrail.ts";

it.each([
  ["error_rate / stable.error_rate <= 1.5", { kind: "error-ratio", limit: 1.5 }],
  ["error_rate - stable.error_rate <= 0.5%", { kind: "error-difference", limit: 0.005 }],
  ["error_rate < 2 * stable.error_rate", undefined],
  ["latency.p95 / stable.latency.p95 <= 1.2", { kind: "latency-quantile", share: 0.95, limit: 1.2 }],
  ["latency.mean / stable.latency.mean <= 1.1", { kind: "latency-mean", limit: 1.1 }],
] as const)("%s", (text, by) => {
  if (by === undefined) expect(() => guardrail(text)).toThrow(ConditionError);
  else expect(guardrail(text).by).toMatchObject(by);
});

it.each([
  ["error_rate <= 1%", "condition-unpaired"],
  ["error_rate / stable.error_rate >= 1.5", "condition-direction"],
  ["stable.error_rate / error_rate <= 1.5", "condition-direction"],
  ["latency.p95 - stable.latency.p95 <= 20 ms", "condition-difference"],
  ["latency.p95 / stable.latency.p95 <= 0.9", "condition-limit"],
  ["error_rate / stable.error_rate <= 1.5 +/- 0.1", "condition-tolerance"],
  ["auc - stable.auc > 0", "condition-metric"],
])("%s is refused, with what to write instead", (text, code) => {
  expect(() => guardrail(text)).toThrow(
    expect.objectContaining({ code, remedy: expect.stringMatching(/\S/) }),
  );
});
