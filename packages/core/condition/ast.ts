import type { Source } from "../metric-spec.ts";

/** Offsets into the condition's text, `to` exclusive. */
export interface At {
  from: number;
  to: number;
}

export type Comparator = ">" | ">=" | "<" | "<=" | "=" | "!=";

/** A number as written: `5%` is `{ number: 5, unit: "%", text: "5%" }`. */
export interface Literal {
  number: number;
  unit?: string;
  text: string;
}

export type Argument = { column: string } | { literal: Literal } | { quoted: string };

/** One filter of a slice; several are joined by "and". */
export interface Filter {
  column: string;
  op: Comparator;
  value: string | number;
}

export interface Metric {
  source: Source;
  name: string;
  args: Argument[];
  where: Filter[];
  /** `by: [["sex"], ["race"]]` is one-way by each; `[["sex", "race"]]` is crossed. */
  over?: { how: "gap" | "worst"; by: string[][] };
  at: At;
}

export type Expression =
  | { kind: "metric"; metric: Metric; at: At }
  | { kind: "literal"; literal: Literal; at: At }
  | { kind: "operation"; op: "+" | "-" | "*" | "/"; left: Expression; right: Expression; at: At };

/** One comparison. A list of conditions means all of them. */
export interface Condition {
  left: Expression;
  op: Comparator;
  right: Expression;
  /** `+/- e`: the interval must also have a half-width of at most `e`. */
  tolerance?: Literal;
  text: string;
}
