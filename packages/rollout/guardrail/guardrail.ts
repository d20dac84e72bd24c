import {
  ConditionError,
  type Contrast,
  normalise,
  parseCondition,
  printCondition,
  type UserError,
} from "@mlops-actions/core";
import { METRICS, QUANTILES } from "./metrics.ts";

/** A condition that every rollout of an environment must keep. */
export interface Guardrail {
  /** Canonical text. */
  condition: string;
  contrast: Contrast;
  by:
    | { kind: "error-ratio"; limit: number }
    | { kind: "error-difference"; limit: number }
    | { kind: "latency-quantile"; name: string; share: number; limit: number }
    | { kind: "latency-mean"; limit: number };
}

const FORM =
  "Compare the canary with stable: `error_rate / stable.error_rate <= 1.5`, `latency.p95 / stable.latency.p95 <= 1.2`.";

/** Reads a guardrail. @throws ConditionError */
export function guardrail(text: string): Guardrail {
  const condition = parseCondition(text);
  const contrast = normalise(condition, METRICS);
  const refuse = (code: string, message: string, remedy = FORM) =>
    new ConditionError(code, message, { remedy, offset: { from: 0, to: text.length } });
  if (contrast.op !== "<=" && contrast.op !== "<")
    throw refuse("direction", "A guardrail says how much worse the canary may be");
  if (contrast.tolerance !== undefined)
    throw refuse(
      "tolerance",
      "A rollout ends when its guardrails are proved, not at a width",
      "Leave out `+/-`.",
    );
  if (contrast.neutral === null)
    throw refuse("unpaired", "A canary is judged against what stable does in the same window");
  const of = { condition: printCondition(condition), contrast };
  const { limit, ratio } = contrast;
  const name = contrast.terms[0]?.quantity.name ?? "";
  if (ratio !== undefined && ratio.numerator.source !== "own")
    throw refuse("direction", "The canary stands above the line, stable below");
  if (name === "error_rate")
    return { ...of, by: { kind: ratio ? "error-ratio" : "error-difference", limit } };
  if (ratio === undefined)
    throw refuse("difference", "Times are compared as ratios", `Write \`${name} / stable.${name} <= 1.2\`.`);
  if (name === "latency.mean") return { ...of, by: { kind: "latency-mean", limit } };
  const share = Object.entries(QUANTILES).find(([known]) => known === name)?.[1];
  if (share === undefined) throw new Error(`no guardrail speaks of ${name}`);
  if (limit <= 1)
    throw refuse(
      "limit",
      "A quantile of latency can be shown to be at most so many times stable's, not below it",
      `Write \`${name} / stable.${name} <= 1.2\`.`,
    );
  return { ...of, by: { kind: "latency-quantile", name, share, limit } };
}

/** Reads all guardrails of an environment. @param placed says where the one at that index stands */
export function guardrailsOf(
  texts: readonly string[],
  placed: (error: ConditionError, index: number) => UserError,
): Guardrail[] {
  return texts.map((text, index) => {
    try {
      return guardrail(text);
    } catch (error) {
      throw error instanceof ConditionError ? placed(error, index) : error;
    }
  });
}
