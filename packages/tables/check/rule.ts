import type { Column, ColumnType } from "@mlops-actions/core";
import { identifier, literal } from "../sql.ts";
import { absent, type Declared, typedValue } from "./value.ts";

/** What every value of a column must be. A missing value breaks `missing` alone. */
export type Demand =
  | { kind: "missing" }
  | { kind: "type" }
  /** A number, or an ISO date or time for columns of dates. */
  | { kind: "min" | "max"; limit: number | string }
  | { kind: "values"; values: readonly (string | number | boolean)[] }
  /** RE2, of the whole value. */
  | { kind: "pattern"; pattern: string }
  /** Characters (code points). */
  | { kind: "min_length" | "max_length"; length: number };

/** A demand on a column, with the type that its values are compared as. */
export interface Rule {
  column: Column;
  type: ColumnType | undefined;
  demand: Demand;
}

/** SQL that is true for a row that breaks the rule, and false or NULL for every other. `false` where none can. */
export function breaks({ demand, ...declared }: Rule): string {
  if (demand.kind === "missing") return absent(declared);
  const value = typedValue(declared);
  if (demand.kind === "type") {
    if (value.exact) return "false";
    const infinite = value.type === "number" ? ` OR isinf(${value.sql})` : "";
    return `NOT ${absent(declared)} AND (${value.sql} IS NULL${infinite})`;
  }
  return `${broken(demand, value)}${butAbsent(declared)}`;
}

// Comparing NULL is NULL; only the other two kinds of nothing need a word.
function butAbsent(declared: Declared): string {
  const nothing = absent(declared);
  return nothing === `${identifier(declared.column.name)} IS NULL` ? "" : ` AND NOT ${nothing}`;
}

function broken(
  demand: Exclude<Demand, { kind: "missing" | "type" }>,
  { sql, type }: { sql: string; type: ColumnType },
): string {
  switch (demand.kind) {
    case "min":
      return `${sql} < ${limitOf(demand.limit, type)}`;
    case "max":
      return `${sql} > ${limitOf(demand.limit, type)}`;
    case "values":
      return outside(sql, type, demand.values);
    case "pattern":
      return `NOT regexp_full_match(${textOf(sql, type)}, ${literal(demand.pattern)})`;
    case "min_length":
      return `length(${textOf(sql, type)}) < ${literal(demand.length)}`;
    case "max_length":
      return `length(${textOf(sql, type)}) > ${literal(demand.length)}`;
  }
}

function limitOf(limit: number | string, type: ColumnType): string {
  if (typeof limit === "number") return literal(limit);
  return type === "date" ? `DATE ${literal(limit)}` : `TIMESTAMP ${literal(limit)}`;
}

function textOf(sql: string, type: ColumnType): string {
  return type === "string" ? sql : `CAST(${sql} AS VARCHAR)`;
}

function outside(sql: string, type: ColumnType, values: readonly (string | number | boolean)[]): string {
  if (values.length === 0) return `${sql} IS NOT NULL`;
  const isNumeric = type === "integer" || type === "number";
  if (isNumeric && values.every((value) => typeof value === "number"))
    return `${sql} NOT IN (${values.map(literal).join(", ")})`;
  return `${textOf(sql, type)} NOT IN (${values.map((value) => literal(String(value))).join(", ")})`;
}
