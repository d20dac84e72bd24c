import type { Condition, Expression } from "./ast.ts";
import { ConditionError } from "./condition-error.ts";
import { readLiteral, seesNumber } from "./parse-literal.ts";
import { readMetric } from "./parse-metric.ts";
import { noOperand, tooMuch, withoutComparator } from "./parse-trap.ts";
import { Reader } from "./reader.ts";

// A hostile line must not exhaust the stack or fill a report.
const MAX_LENGTH = 4000;
const MAX_DEPTH = 50;

/** Reads one comparison. Throws `ConditionError`, and nothing else, for any text that is none. */
export function parseCondition(text: string): Condition {
  if (text.length > MAX_LENGTH)
    throw new ConditionError(
      "length",
      `A condition has at most ${MAX_LENGTH} characters, not ${text.length}`,
      {
        remedy: "Split it: a list of conditions means all of them.",
        offset: { from: MAX_LENGTH, to: text.length },
      },
    );
  const reader = new Reader(text);
  if (reader.ended())
    throw new ConditionError("empty", "This condition is empty", {
      remedy:
        "Write a comparison, such as auc >= 0.85. If the line begins with # or another sign of YAML, put it in single quotes.",
      offset: { from: 0, to: text.length },
    });
  const left = readSum(reader, 0);
  const op = reader.comparator();
  if (op === undefined) throw withoutComparator(reader);
  reader.next();
  const right = readSum(reader, 0);
  const tolerance = reader.takes("+/-") ? readTolerance(reader) : undefined;
  if (!reader.ended()) throw tooMuch(reader, left, right);
  return { left, op, right, ...(tolerance && { tolerance }), text };
}

function readSum(reader: Reader, depth: number): Expression {
  let left = readProduct(reader, depth);
  while (reader.sees("+") || reader.sees("-")) left = operation(reader, left, depth, readProduct);
  return left;
}

function readProduct(reader: Reader, depth: number): Expression {
  let left = readFactor(reader, depth);
  while (reader.sees("*") || reader.sees("/")) left = operation(reader, left, depth, readFactor);
  return left;
}

function operation(
  reader: Reader,
  left: Expression,
  depth: number,
  read: (reader: Reader, depth: number) => Expression,
): Expression {
  const op = reader.next().text as "+" | "-" | "*" | "/";
  const right = read(reader, depth);
  return { kind: "operation", op, left, right, at: { from: left.at.from, to: right.at.to } };
}

function readFactor(reader: Reader, depth: number): Expression {
  const { from } = reader.here.at;
  if (seesNumber(reader)) return { kind: "literal", literal: readLiteral(reader), at: reader.since(from) };
  if (reader.seesConnective()) throw reader.logic();
  if (reader.here.kind === "name") {
    const metric = readMetric(reader);
    return { kind: "metric", metric, at: metric.at };
  }
  if (!reader.sees("(")) throw noOperand(reader);
  if (depth === MAX_DEPTH)
    throw reader.fail(
      "depth",
      `More than ${MAX_DEPTH} parentheses are open`,
      "Leave out those that change nothing.",
    );
  const open = reader.next();
  const inner = readSum(reader, depth + 1);
  if (reader.comparator() !== undefined)
    throw reader.fail(
      "parentheses",
      "Parentheses hold sums, not comparisons",
      "Close ( before the comparison, or leave it out.",
    );
  reader.close(")", open);
  return { ...inner, at: reader.since(from) };
}

function readTolerance(reader: Reader) {
  const { from } = reader.here.at;
  if (!seesNumber(reader))
    throw reader.fail(
      "tolerance",
      "`+/-` is followed by a number",
      "Write it at the end: auc > 0.85 +/- 0.005.",
    );
  const tolerance = readLiteral(reader);
  if (tolerance.number <= 0)
    throw reader.fail(
      "tolerance",
      "The number after `+/-` is the widest half-interval and must be positive",
      "Write it at the end: auc > 0.85 +/- 0.005.",
      reader.since(from),
    );
  return tolerance;
}
