import type { Unit } from "../estimate.ts";
import { isConstant, type Linear, refuse, shown } from "./linear-form.ts";
import type { Measured } from "./units.ts";

const EXAMPLE_UNIT: Partial<Record<Unit, string>> = { second: "ms", byte: "MB", USD: "USD" };

const SPOKEN: Record<Unit | Measured, string> = {
  number: "a number",
  percent: "a percentage",
  proportion: "a proportion",
  ratio: "a ratio",
  count: "a count",
  second: "a time",
  byte: "a size",
  USD: "an amount of money",
  native: "in units of the label",
};

/** The unit of a sum or comparison, or a refusal that says which unit is missing. */
export function sameUnit(left: Linear, right: Linear): Measured | Unit {
  if (left.measures === right.measures || isBareZero(right)) return left.measures;
  if (isBareZero(left)) return right.measures;
  for (const [number, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (number.measures === "number" && other.measures !== "number") {
      const example = EXAMPLE_UNIT[other.measures as Unit];
      if (example === undefined) return other.measures;
      throw refuse(
        "unit",
        number.expression,
        `${shown(other)} is ${SPOKEN[other.measures]}, and ${shown(number)} has no unit`,
        `Say ${shown(number)} ${example}.`,
      );
    }
    if (number.measures === "percent") {
      if (other.measures === "proportion" || other.measures === "ratio") return other.measures;
      throw refuse(
        "unit",
        number.expression,
        `${shown(other)} is ${SPOKEN[other.measures]}, and ${shown(number)} is a percentage`,
        `Percentages are for proportions and ratios, such as ${ratioExample(other)}.`,
      );
    }
  }
  throw refuse(
    "unit",
    right.expression,
    `${shown(left)} is ${SPOKEN[left.measures]}, and ${shown(right)} is ${SPOKEN[right.measures]}`,
    "Compare what has the same unit.",
  );
}

function ratioExample({ terms }: Linear): string {
  const name = terms[0]?.spec.sources.includes("baseline") ? terms[0].spec.name : "rmse";
  return `${name} / baseline.${name} <= 110%`;
}

function isBareZero(form: Linear): boolean {
  return isConstant(form) && form.measures === "number" && form.constant === 0;
}
