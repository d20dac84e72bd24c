import type { Filter, Tables } from "@mlops-actions/core";
import type { SideColumns } from "../metric/metric.ts";
import type { Machine } from "./machine.ts";
import type { Offer } from "./question.ts";
import type { Sample } from "./sample.ts";

/** The judged rows as a table: `y`, the answers of both models, and the test table's columns under `column:<name>`. */
export interface JudgedRows {
  tables: Tables;
  name: string;
  offer: Offer;
  /** Hex digest that seeds every resampling, so that the same rows give the same interval. */
  seed: string;
  machine: Machine;
}

export interface GroupSample {
  group: readonly (string | null)[];
  sample: Sample;
}

export interface Grouping {
  from: string;
  by: readonly string[];
  where: readonly Filter[];
}

/** The test table's columns are kept apart from ours by a prefix. */
export function columnName(column: string): string {
  return `column:${column}`;
}

export function renamed(filter: Filter): Filter {
  return { ...filter, column: columnName(filter.column) };
}

export const SIDES: Record<"own" | "baseline", SideColumns> = {
  own: sideColumns("own"),
  baseline: sideColumns("baseline"),
};

function sideColumns(source: "own" | "baseline"): SideColumns {
  return {
    decision: `${source}_decision`,
    score: `${source}_score`,
    probability: (k) => `${source}_p${k}`,
    value: `${source}_value`,
  };
}
