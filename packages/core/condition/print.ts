import type { Argument, Condition, Expression, Filter, Literal, Metric } from "./ast.ts";
import type { Quantity } from "./contrast.ts";
import { PREFIXES } from "./parse-column.ts";
import { isName } from "./token.ts";

const PRECEDENCE = { "+": 1, "-": 1, "*": 2, "/": 2 } as const;

/** The canonical text: reading it gives the same condition. */
export function printCondition({ left, op, right, tolerance }: Condition): string {
  const end = tolerance === undefined ? "" : ` +/- ${printLiteral(tolerance)}`;
  return `${printExpression(left)} ${op} ${printExpression(right)}${end}`;
}

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "metric":
      return printMetric(expression.metric);
    case "literal":
      return printLiteral(expression.literal);
    case "operation": {
      const { op, left, right } = expression;
      const own = PRECEDENCE[op];
      const before = grouped(left, (inner) => inner < own);
      // Operators of one rank are read from the left, so that one on the right needs parentheses.
      const after = grouped(right, (inner) => inner <= own);
      return `${before} ${op} ${after}`;
    }
  }
}

function grouped(expression: Expression, weaker: (precedence: number) => boolean): string {
  const text = printExpression(expression);
  return expression.kind === "operation" && weaker(PRECEDENCE[expression.op]) ? `(${text})` : text;
}

/** A metric as a condition writes it; also what decides whether two metrics are the same. */
export function printMetric({ source, name, args, where, over }: Omit<Metric, "at">): string {
  const prefix = source === "own" ? "" : `${source}.`;
  const called = args.length === 0 ? "" : `(${args.map(printArgument).join(", ")})`;
  const slice = where.length === 0 ? "" : `[${where.map(printFilter).join(", ")}]`;
  const plain = `${name}${called}${slice}`;
  if (over === undefined) return prefix + plain;
  const groups = over.by.map((columns) => columns.map(printColumn).join(" * ")).join(", ");
  return `${prefix}${over.how}(${plain} by ${groups})`;
}

/** The same for a metric whose numbers are in base units. */
export function printQuantity(quantity: Quantity): string {
  const args = quantity.args.map((argument): Argument => {
    if (!("number" in argument)) return argument;
    return { literal: { number: argument.number, text: `${argument.number}` } };
  });
  const { source, name, where, over } = quantity;
  return printMetric({ source, name, args, where, ...(over && { over }) });
}

export function printLiteral({ number, unit }: Literal): string {
  const separator = unit === undefined || unit === "%" ? "" : " ";
  return `${number}${separator}${unit ?? ""}`;
}

function printArgument(argument: Argument): string {
  if ("column" in argument) return printColumn(argument.column);
  return "literal" in argument ? printLiteral(argument.literal) : printValue(argument.quoted);
}

function printFilter({ column, op, value }: Filter): string {
  return `${printColumn(column)} ${op} ${printValue(value)}`;
}

function printValue(value: string | number): string {
  return typeof value === "number" ? `${value}` : `"${value.replaceAll('"', '""')}"`;
}

function printColumn(column: string): string {
  const plain = isName(column) && !PREFIXES.some((prefix) => prefix === column.split(".")[0]);
  return plain ? column : `\`${column.replaceAll("`", "``")}\``;
}
