import type { MetricSpec } from "../metric-spec.ts";
import type { Comparator, Condition, Expression } from "./ast.ts";
import { ConditionError } from "./condition-error.ts";
import type { Contrast, Quantity } from "./contrast.ts";
import { linear } from "./linear.ts";
import { type Linear, refuse, type Term } from "./linear-form.ts";
import { printQuantity } from "./print.ts";
import { inBaseUnit } from "./units.ts";

const MIRRORED: Record<Comparator, Comparator> = {
  ">": "<",
  ">=": "<=",
  "<": ">",
  "<=": ">=",
  "=": "=",
  "!=": "!=",
};
const SOURCES: readonly Quantity["source"][] = ["own", "baseline", "stable", "released"];

/**
 * Brings a condition to `sum(weight * metric) op limit` in base units, the judged model's own metric first and positive.
 * Throws `ConditionError` with a place for everything that is not linear, mixes units, asks a metric for what it has not,
 * or would be decided without looking at any model.
 */
export function normalise(condition: Condition, specs: readonly MetricSpec[]): Contrast {
  const { left, right, op } = condition;
  const whole: Expression = {
    kind: "operation",
    op: "-",
    left,
    right,
    at: { from: left.at.from, to: right.at.to },
  };
  const form = linear(whole, specs);
  const used = form.quotient ? [form.quotient.numerator, form.quotient.denominator] : form.terms;
  if (used.length === 0)
    throw refuse("constant", whole, "No metric stands in this condition", "Compare a metric: auc >= 0.85.");
  const isExact = used.every(({ spec }) => spec.chance === "exact");
  if (!isExact && (op === "=" || op === "!="))
    throw refuse(
      "equality",
      whole,
      `\`${op}\` cannot be judged of a sampled quantity`,
      "Say a range with >= or <=.",
    );
  if (isExact && condition.tolerance !== undefined)
    throw refuse("tolerance", whole, "What is counted exactly has no interval", "Leave out `+/-`.");
  return form.quotient ? ofRatio(condition, form, form.quotient, whole) : ofSum(condition, form, whole);
}

function ofRatio(
  condition: Condition,
  { constant, percent }: Linear,
  { scale, numerator, denominator }: NonNullable<Linear["quotient"]>,
  whole: Expression,
): Contrast {
  if (scale === 0) throw itself(whole);
  const limit = rounded(-constant / scale);
  if (limit <= 0)
    throw refuse(
      "vacuous",
      whole,
      `A ratio is never below 0, so that ${limit} decides nothing`,
      `Compare with a number near 1: ${numerator.key} / ${denominator.key} < 1.02.`,
    );
  const tolerance = toleranceOf(condition, "ratio");
  return {
    id: `${numerator.key} / ${denominator.key}`,
    terms: [
      { weight: 1, quantity: numerator.quantity },
      { weight: -limit, quantity: denominator.quantity },
    ],
    op: scale > 0 ? condition.op : MIRRORED[condition.op],
    limit,
    unit: "ratio",
    ...(percent && { percent }),
    ratio: { numerator: numerator.quantity, denominator: denominator.quantity },
    neutral: isPair(numerator.quantity, denominator.quantity) ? 1 : null,
    ...(tolerance !== undefined && { tolerance: tolerance / Math.abs(scale) }),
  };
}

function ofSum(condition: Condition, form: Linear, whole: Expression): Contrast {
  const unit = form.terms[0]?.spec.unit;
  const kept = form.terms
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => SOURCES.indexOf(a.quantity.source) - SOURCES.indexOf(b.quantity.source));
  const [first, second] = kept;
  if (first === undefined || unit === undefined) throw itself(whole);
  const sign = Math.sign(first.weight);
  const terms = kept.map((term) => ({ ...term, weight: rounded(sign * term.weight) }));
  const limit = rounded(-sign * form.constant);
  const reach = terms.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
  // `flips <= 8` would hold for ever: nobody shall have to guess whether 8 % or 800 % were meant.
  if (unit === "proportion" && !form.percent && Math.abs(limit) > reach)
    throw refuse(
      "percent",
      whole,
      `${limit} would be ${rounded(limit * 100)}% here, and a proportion rarely leaves 0% to 100%`,
      `Write ${limit}%, or ${rounded(limit * 100)}% if that was meant.`,
    );
  const tolerance = toleranceOf(condition, unit);
  const isDifference =
    second !== undefined &&
    kept.length === 2 &&
    first.weight === -second.weight &&
    isPair(first.quantity, second.quantity);
  return {
    id: printSum(terms),
    terms: terms.map(({ weight, quantity }) => ({ weight, quantity })),
    op: sign > 0 ? condition.op : MIRRORED[condition.op],
    limit,
    unit,
    ...(form.percent && { percent: true }),
    neutral: isDifference ? 0 : null,
    ...(tolerance !== undefined && { tolerance }),
  };
}

function itself(whole: Expression): ConditionError {
  return refuse(
    "itself",
    whole,
    "All metrics cancel: something is compared with itself",
    "Compare with `baseline.`: auc - baseline.auc > -0.005.",
  );
}

// 1.1 - 1 should read 0.1 in a report: fifteen digits are what a decimal number keeps.
function rounded(value: number): number {
  const settled = Number.isInteger(value) ? value : Number(value.toPrecision(15));
  return settled === 0 ? 0 : settled;
}

/** The same quantity of the judged model and of the one it is compared with. */
function isPair(a: Quantity, b: Quantity): boolean {
  const sources = [a.source, b.source];
  if (!sources.includes("own") || !(sources.includes("baseline") || sources.includes("stable"))) return false;
  return printQuantity({ ...a, source: "own" }) === printQuantity({ ...b, source: "own" });
}

function toleranceOf({ tolerance, text }: Condition, unit: Contrast["unit"]): number | undefined {
  if (tolerance === undefined) return undefined;
  const { value, measures } = inBaseUnit(tolerance);
  const fits = {
    number: !["second", "byte", "USD"].includes(unit),
    percent: unit === "proportion" || unit === "ratio",
    second: unit === "second",
    byte: unit === "byte",
    USD: unit === "USD",
  };
  if (fits[measures]) return value;
  throw new ConditionError("unit", `\`+/- ${tolerance.text}\` has not the unit of what is compared`, {
    remedy: "Give it the unit of the limit.",
    offset: { from: Math.max(0, text.lastIndexOf("+/-")), to: text.length },
  });
}

function printSum(terms: readonly Term[]): string {
  return terms
    .map(({ weight, key }, index) => {
      const size = Math.abs(weight) === 1 ? key : `${Math.abs(weight)} * ${key}`;
      return index === 0 ? size : `${weight < 0 ? "-" : "+"} ${size}`;
    })
    .join(" ");
}
