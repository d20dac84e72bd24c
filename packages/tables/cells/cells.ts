import type { Filter, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { type Group, type Grouping, groupItems, groupOf } from "../grouping.ts";
import { conjunction, identifier } from "../sql.ts";

export interface CellsRequest extends Grouping {
  /** SQL of the true label and of each side's decision: `y`, `b_score >= 0.5`, `y = '>50K'`. */
  y: string;
  candidate: string;
  baseline?: string | undefined;
  /** Slices that the cells are told apart by: each list of filters, all of which must hold, becomes one flag. */
  flags?: readonly (readonly Filter[])[];
}

export interface Cell {
  group: Group;
  /** Labels as text (`true` and `false` for truth values); `null` where there is none. */
  y: string | null;
  /** The baseline's; always `null` without a baseline. */
  a: string | null;
  /** The candidate's. */
  b: string | null;
  /** In the order of the request: whether the cell's rows are in that slice. */
  flags: boolean[];
  n: number;
}

const text = z.string().nullable();
const row = z.looseObject({ y: text, a: text, b: text, n: z.int() });

/**
 * How many rows of each group have label y, the baseline's decision a and the candidate's decision b: what accuracy,
 * precision, recall, F, MCC, McNemar's and Tango's methods need. Integers, in a fixed order.
 */
export async function jointCells(tables: Tables, request: CellsRequest): Promise<Cell[]> {
  const by = request.by ?? [];
  const as = (sql: string | undefined) => (sql === undefined ? "NULL::VARCHAR" : `CAST((${sql}) AS VARCHAR)`);
  const flags = request.flags ?? [];
  const flagItems = flags.map((where, at) => `coalesce(${conjunction(where)}, false) AS f${at}, `).join("");
  const rows = await tables.query(
    `SELECT ${groupItems(by)}${flagItems}${as(request.y)} AS y, ${as(request.baseline)} AS a, ${as(request.candidate)} AS b, count(*) AS n
     FROM (SELECT * FROM ${identifier(request.from)} WHERE ${conjunction(request.where ?? [])}) GROUP BY ALL ORDER BY ALL NULLS LAST`,
    row,
  );
  return rows.map((found) => ({
    group: groupOf(found, by),
    y: found.y,
    a: found.a,
    b: found.b,
    flags: flags.map((_, at) => found[`f${at}`] === true),
    n: found.n,
  }));
}
