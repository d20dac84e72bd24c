import type { Filter } from "@mlops-actions/core";
import { identifier } from "./sql.ts";

/** Which rows of which table, and how they are split: the part that every measurement has in common. */
export interface Grouping {
  from: string;
  /** Columns whose values make the groups; none is one group of all rows. A missing value is a group of its own. */
  by?: readonly string[];
  where?: readonly Filter[];
}

/** A group's values, as text, in the order of `by`; `null` is the group of missing values. */
export type Group = (string | null)[];

/** `CAST("sex" AS VARCHAR) AS g0, `: select items, each with a comma behind it. */
export function groupItems(by: readonly string[]): string {
  return by.map((column, at) => `CAST(${identifier(column)} AS VARCHAR) AS g${at}, `).join("");
}

/** `g0, g1, `: the same columns in an outer query. */
export function groupNames(by: readonly string[]): string {
  return by.map((_, at) => `g${at}, `).join("");
}

/** ` GROUP BY g0, g1`, or nothing where there is one group. */
export function groupClause(by: readonly string[]): string {
  return by.length === 0 ? "" : ` GROUP BY ${by.map((_, at) => `g${at}`).join(", ")}`;
}

/** ` ORDER BY g0 NULLS LAST`, so that the same input gives the same list. */
export function groupOrder(by: readonly string[]): string {
  return by.length === 0 ? "" : ` ORDER BY ${by.map((_, at) => `g${at} NULLS LAST`).join(", ")}`;
}

/** Reads the `g0…` columns of a result row. */
export function groupOf(row: Record<string, unknown>, by: readonly string[]): Group {
  return by.map((_, at) => {
    const value = row[`g${at}`];
    if (value !== null && typeof value !== "string") throw new Error(`Group column g${at} is no text`);
    return value;
  });
}
