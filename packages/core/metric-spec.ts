import type { Unit } from "./estimate.ts";

export type Source = "own" | "baseline" | "stable" | "released";

/**
 * What a condition may say about a metric, known when the project loads. How it is estimated belongs to the stage.
 */
export interface MetricSpec {
  name: string;
  unit: Unit;
  /** A fact about these rows, a sample from more, or either. */
  chance: "exact" | "sampled";
  /** Which models it can be asked of: `own` is written without a prefix. */
  sources: readonly Source[];
  args: readonly ("column" | "number" | "text" | "table")[];
  /** How many of `args` must be given, from the left. */
  required: number;
  /** Never negative, so that `a / b < c` may be read as `a - c * b < 0`. */
  positive: boolean;
  /** May be restricted by `[column = value]` and grouped by `gap` and `worst`. */
  sliced: boolean;
  /** One line for the reader of the reference. */
  summary: string;
}
