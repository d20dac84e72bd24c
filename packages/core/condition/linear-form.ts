import type { Unit } from "../estimate.ts";
import type { Expression } from "./ast.ts";
import { ConditionError, excerpt } from "./condition-error.ts";
import { printExpression } from "./print.ts";
import type { Resolved } from "./resolve.ts";
import type { Measured } from "./units.ts";

export interface Term extends Resolved {
  weight: number;
}

/** `sum(weight * metric) + scale * numerator / denominator + constant`; never both sum and quotient. */
export interface Linear {
  terms: readonly Term[];
  quotient?: { scale: number; numerator: Resolved; denominator: Resolved };
  constant: number;
  /** Part of the constant is written in `%`. */
  percent: boolean;
  measures: Measured | Unit;
  expression: Expression;
}

export function isConstant({ terms, quotient }: Linear): boolean {
  return terms.length === 0 && quotient === undefined;
}

/** The form as the user wrote it, for a message. */
export function shown({ expression }: Pick<Linear, "expression">): string {
  return `\`${excerpt(printExpression(expression))}\``;
}

export function refuse(code: string, where: Expression, message: string, remedy: string): ConditionError {
  return new ConditionError(code, message, { remedy, offset: where.at });
}
