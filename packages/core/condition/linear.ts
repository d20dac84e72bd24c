import type { MetricSpec } from "../metric-spec.ts";
import type { Expression } from "./ast.ts";
import { isConstant, type Linear, refuse, shown } from "./linear-form.ts";
import { resolve } from "./resolve.ts";
import { sameUnit } from "./same-unit.ts";
import { inBaseUnit } from "./units.ts";

/** Brings an expression to linear form. Throws `ConditionError` where there is none. */
export function linear(expression: Expression, specs: readonly MetricSpec[]): Linear {
  switch (expression.kind) {
    case "literal": {
      const { value, measures } = inBaseUnit(expression.literal);
      return { terms: [], constant: value, percent: measures === "percent", measures, expression };
    }
    case "metric": {
      const term = { ...resolve(expression.metric, specs), weight: 1 };
      return { terms: [term], constant: 0, percent: false, measures: term.spec.unit, expression };
    }
    case "operation": {
      const left = linear(expression.left, specs);
      const right = linear(expression.right, specs);
      const found = { ...OPERATIONS[expression.op](left, right), expression };
      const numbers = [
        found.constant,
        found.quotient?.scale ?? 0,
        ...found.terms.map(({ weight }) => weight),
      ];
      if (!numbers.every(Number.isFinite))
        throw refuse(
          "number",
          expression,
          "These numbers are too large together",
          "Use numbers below 1e308.",
        );
      return found;
    }
  }
}

const OPERATIONS = {
  "+": add,
  "-": (left: Linear, right: Linear) =>
    add(
      left,
      times(right, (number) => -number),
    ),
  "*": multiply,
  "/": divide,
};

function add(left: Linear, right: Linear): Linear {
  const quotient = addQuotients(left, right);
  if (quotient !== undefined && left.terms.length + right.terms.length > 0)
    throw refuse("not-linear", right.expression, "A ratio and a metric cannot be added", SUMS_OR_RATIO);
  const terms = [...left.terms];
  for (const term of right.terms) {
    const index = terms.findIndex(({ key }) => key === term.key);
    const known = terms[index];
    if (known === undefined) terms.push(term);
    else terms[index] = { ...known, weight: settled(known.weight + term.weight, known.weight) };
  }
  return {
    terms,
    ...(quotient && { quotient }),
    constant: left.constant + right.constant,
    percent: left.percent || right.percent,
    measures: sameUnit(left, right),
    expression: left.expression,
  };
}

function addQuotients(left: Linear, right: Linear): Linear["quotient"] {
  if (left.quotient === undefined || right.quotient === undefined) return left.quotient ?? right.quotient;
  const [a, b] = [left.quotient, right.quotient];
  if (a.numerator.key !== b.numerator.key || a.denominator.key !== b.denominator.key)
    throw refuse(
      "not-linear",
      right.expression,
      "Two different ratios cannot be judged together",
      SUMS_OR_RATIO,
    );
  return { ...a, scale: settled(a.scale + b.scale, a.scale) };
}

// What is left of 0.1 + 0.2 - 0.3 is rounding, not a weight.
function settled(sum: number, part: number): number {
  return Math.abs(sum) <= 1e-12 * Math.abs(part) ? 0 : sum;
}

function times(form: Linear, change: (number: number) => number): Linear {
  const { quotient } = form;
  return {
    ...form,
    terms: form.terms.map((term) => ({ ...term, weight: change(term.weight) })),
    ...(quotient && { quotient: { ...quotient, scale: change(quotient.scale) } }),
    constant: change(form.constant),
  };
}

function isFactor(form: Linear): boolean {
  return isConstant(form) && (form.measures === "number" || form.measures === "percent");
}

function multiply(left: Linear, right: Linear): Linear {
  const [factor, other] = isFactor(left) ? [left, right] : [right, left];
  if (!isFactor(factor))
    throw refuse(
      "not-linear",
      right.expression,
      `${shown(left)} times ${shown(right)} cannot be judged`,
      SUMS_OR_RATIO,
    );
  const measures = other.measures === "number" ? factor.measures : other.measures;
  const percent = other.percent || (factor.percent && isConstant(other));
  return { ...times(other, (number) => number * factor.constant), percent, measures };
}

function divide(left: Linear, right: Linear): Linear {
  if (isFactor(right)) {
    if (right.constant === 0)
      throw refuse("zero", right.expression, "This divides by zero", "Divide by another number.");
    return times(left, (number) => number / right.constant);
  }
  const below = right.terms[0];
  if (below === undefined || right.terms.length > 1 || right.constant !== 0 || right.quotient !== undefined)
    throw refuse("not-linear", right.expression, `Nothing can be divided by ${shown(right)}`, SUMS_OR_RATIO);
  const [above, ...others] = left.terms.filter(({ key }) => key !== below.key);
  const same = left.terms.find(({ key }) => key === below.key);
  if (left.quotient !== undefined || left.constant !== 0 || others.length > 0 || isConstant(left))
    throw refuse(
      "not-linear",
      left.expression,
      `${shown(left)} cannot be divided by a metric`,
      SUMS_OR_RATIO,
    );
  if (above === undefined)
    throw refuse(
      "itself",
      left.expression,
      `\`${below.key}\` is divided by itself`,
      "Divide by baseline.… or by another metric.",
    );
  sameUnit(left, right);
  for (const { spec, key } of [above, below])
    if (!spec.positive)
      throw refuse(
        "not-positive",
        right.expression,
        `\`${key}\` can be negative, so that a ratio of it says nothing`,
        `Compare the difference: ${above.key} - ${below.key}.`,
      );
  if (below.weight === 0)
    throw refuse("zero", right.expression, "This divides by zero", "Leave out the factor 0.");
  return {
    terms: [],
    quotient: { scale: above.weight / below.weight, numerator: above, denominator: below },
    constant: (same?.weight ?? 0) / below.weight,
    percent: false,
    measures: "ratio",
    expression: left.expression,
  };
}

const SUMS_OR_RATIO =
  "Write sums of metrics (auc - baseline.auc > -0.005) or one metric divided by another (rmse / baseline.rmse < 1.02).";
