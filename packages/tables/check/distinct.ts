import type { Column, Filter, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { conjunction, identifier } from "../sql.ts";
import { absent } from "./value.ts";

export interface DistinctRequest {
  /** Together they are one value. */
  columns: readonly Column[];
  /** `none`: a row that lacks one of them has no value. `equal`: rows that lack the same have the same. */
  missing: "none" | "equal";
  where: readonly Filter[];
}

/** Rows that have a value, and how many different ones there are. */
export interface Distinct {
  rows: number;
  distinct: number;
}

const row = z.record(z.string(), z.number());

/** Counts different values exactly, all requests in one statement. */
export async function distinct(
  tables: Tables,
  table: string,
  requests: readonly DistinctRequest[],
): Promise<Distinct[]> {
  if (requests.length === 0) return [];
  const items = requests.map(({ columns, missing, where }, i) => {
    const rows = missing === "none" ? `${present(columns)} AND ${conjunction(where)}` : conjunction(where);
    const from = `FROM ${identifier(table)} WHERE ${rows}`;
    const names = columns.map(({ name }) => identifier(name)).join(", ");
    // Grouping is spread over the cores, counting distinct values of an aggregate is not.
    return `(SELECT count(*) ${from}) AS r${i}, (SELECT count(*) FROM (SELECT DISTINCT ${names} ${from})) AS d${i}`;
  });
  const [found] = await tables.query(`SELECT ${items.join(", ")}`, row);
  if (found === undefined) throw new Error("An aggregate gave no row");
  return requests.map((_, i) => ({ rows: found[`r${i}`] ?? 0, distinct: found[`d${i}`] ?? 0 }));
}

/** SQL that is true where a row has a value in each of these columns. */
export function present(columns: readonly Column[]): string {
  return columns.map((column) => `NOT (${absent({ column, type: undefined })})`).join(" AND ");
}
