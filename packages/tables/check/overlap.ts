import type { Column, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { identifier } from "../sql.ts";
import { present } from "./distinct.ts";

export interface Side {
  table: string;
  columns: readonly Column[];
}

const row = z.object({ value: z.int(), n: z.int() });

/**
 * How many rows of the second table stand in the first as well: by the columns given, which both must have. A number is the same however it is
 * written; what else differs in type is compared as text. Without `missing` a row that lacks one of the columns is the same as no other; with it,
 * two rows that lack the same are the same.
 */
export async function overlap(
  tables: Tables,
  { first, second, missing }: { first: Side; second: Side; missing: "none" | "equal" },
): Promise<{ value: number; n: number }> {
  const of = (side: Side, other: Side) => {
    const values = comparedValues(side, other).map((value, i) => `${value} AS c${i}`);
    const where = missing === "none" ? ` WHERE ${present(side.columns)}` : "";
    return `SELECT ${values.join(", ")} FROM ${identifier(side.table)}${where}`;
  };
  const on = first.columns.map((_, i) =>
    missing === "none" ? `a.c${i} = b.c${i}` : `a.c${i} IS NOT DISTINCT FROM b.c${i}`,
  );
  const [found] = await tables.query(
    `WITH b AS (${of(second, first)}), a AS (SELECT DISTINCT * FROM (${of(first, second)}))
     SELECT (SELECT count(*) FROM b SEMI JOIN a ON ${on.join(" AND ")}) AS value, (SELECT count(*) FROM b) AS n`,
    row,
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  return found;
}

/** SQL of a side's values in the form in which they are compared with the other's. */
export function comparedValues(side: Pick<Side, "columns">, other: Pick<Side, "columns">): string[] {
  return side.columns.map(({ name, type }, i) =>
    comparable(type, other.columns[i]?.type) ? identifier(name) : `CAST(${identifier(name)} AS VARCHAR)`,
  );
}

function comparable(one: string, other: string | undefined): boolean {
  const numeric = (type: string | undefined) => type === "integer" || type === "number";
  return one === other || (numeric(one) && numeric(other));
}

/** How many rows share all of their features with a row of another label. Rows without a label say nothing. */
export async function conflicts(
  tables: Tables,
  table: string,
  features: readonly Column[],
  label: Column,
): Promise<{ value: number; n: number }> {
  const names = features.map(({ name }) => identifier(name));
  const [found] = await tables.query(
    `SELECT CAST(coalesce(sum(n) FILTER (WHERE labels > 1), 0) AS BIGINT) AS value, CAST(coalesce(sum(n), 0) AS BIGINT) AS n
     FROM (SELECT count(*) AS n, count(DISTINCT ${identifier(label.name)}) AS labels FROM ${identifier(table)}
       WHERE ${present([label])}${names.length === 0 ? "" : ` GROUP BY ${names.join(", ")}`})`,
    row,
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  return found;
}
