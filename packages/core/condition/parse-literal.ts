import type { Literal } from "./ast.ts";
import { excerpt } from "./condition-error.ts";
import { Reader } from "./reader.ts";
import { isUnit, nearestUnit, unitNames } from "./units.ts";

/** Whether a number, with or without a sign, stands here. */
export function seesNumber(reader: Reader): boolean {
  if (reader.here.kind === "number") return true;
  return (reader.sees("-") || reader.sees("+")) && reader.ahead.kind === "number";
}

/** A number with its sign, without unit. */
export function readNumber(reader: Reader): number {
  const negative = reader.takes("-");
  if (!negative) reader.takes("+");
  const token = reader.next();
  const value = Number(token.text.replaceAll("_", ""));
  if (!Number.isFinite(value))
    throw reader.fail("number", `${excerpt(token.text)} is too large`, "Use a number below 1e308.", token.at);
  // No minus zero: it prints as zero.
  return negative && value !== 0 ? -value : value;
}

/** A number as a condition or a budget writes it: sign, digits, unit. */
export function readLiteral(reader: Reader): Literal {
  const { from } = reader.here.at;
  const number = readNumber(reader);
  const unit = readUnit(reader);
  return { number, ...(unit !== undefined && { unit }), text: reader.source(reader.since(from)) };
}

function readUnit(reader: Reader): string | undefined {
  if (reader.takes("%")) return "%";
  if (reader.here.kind !== "name" || reader.seesConnective() || reader.seesWord("by")) return undefined;
  if (isUnit(reader.here.text)) return reader.next().text;
  const nearest = nearestUnit(reader.here.text);
  throw reader.fail(
    "unit",
    `${reader.found()} is no unit`,
    nearest === undefined
      ? `Units are ${unitNames.join(", ")}. To multiply write \`*\`.`
      : `Write ${nearest}. Units are ${unitNames.join(", ")}.`,
  );
}

/** A quantity on its own, as budgets write it: `30 min`, `60 USD`, `40 GB`. Throws `ConditionError`. */
export function parseLiteral(text: string): Literal {
  const reader = new Reader(text);
  if (!seesNumber(reader))
    throw reader.fail(
      "number",
      `Expected a number instead of ${reader.found()}`,
      "Write a number and a unit: 30 min.",
    );
  const literal = readLiteral(reader);
  if (!reader.ended())
    throw reader.fail(
      "trailing",
      `${reader.found()} is too much here`,
      "Write one number and one unit: 30 min.",
    );
  return literal;
}
