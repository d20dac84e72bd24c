import type { ColumnType, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { rowDigest } from "../digest/digest.ts";
import { columnTypes, sameKey } from "../pair/key.ts";
import { identifier } from "../sql.ts";

export interface DiffRequest {
  /** Opened tables, before and after. */
  base: string;
  head: string;
  /** Empty: rows are the same when all of their values are. */
  key: readonly string[];
  label: string;
}

export interface RowDifference {
  /** Rows that only the head has, and only the base. */
  added: number;
  removed: number;
  /** Rows that both have with another label. */
  relabelled: number;
  /** Rows that both have with another value in a column that is not the label; always 0 without a key. */
  changed: number;
  columnsAdded: string[];
  columnsRemoved: string[];
}

/** How the rows of one table differ from those of another. Keys must be unique in each, as `pairRows` makes sure. */
export async function diffRows(tables: Tables, request: DiffRequest): Promise<RowDifference> {
  const [base, head] = [await columnTypes(tables, request.base), await columnTypes(tables, request.head)];
  const shared = [...base.keys()].filter((name) => head.has(name));
  const columns = {
    columnsAdded: [...head.keys()].filter((name) => !base.has(name)),
    columnsRemoved: [...base.keys()].filter((name) => !head.has(name)),
  };
  const counts =
    request.key.length > 0
      ? await keyed(tables, request, shared, base, head)
      : await unkeyed(tables, request, shared, base, head);
  return { ...counts, ...columns };
}

type Counts = Omit<RowDifference, "columnsAdded" | "columnsRemoved">;
const counts = z.object({ added: z.int(), removed: z.int(), relabelled: z.int(), changed: z.int() });

async function keyed(
  tables: Tables,
  { base, head, key, label }: DiffRequest,
  shared: readonly string[],
  baseTypes: Map<string, string>,
  headTypes: Map<string, string>,
): Promise<Counts> {
  const differs = (name: string) => {
    const as = (alias: string) => {
      const column = `${alias}.${identifier(name)}`;
      return baseTypes.get(name) === headTypes.get(name) ? column : `CAST(${column} AS VARCHAR)`;
    };
    return `${as("t")} IS DISTINCT FROM ${as("h")}`;
  };
  const values = shared.filter((name) => name !== label && !key.includes(name));
  const both = "t.rowid IS NOT NULL AND h.rowid IS NOT NULL";
  const [found] = await tables.query(
    `SELECT count_if(t.rowid IS NULL) AS added, count_if(h.rowid IS NULL) AS removed,
      count_if(${both} AND ${shared.includes(label) ? differs(label) : "false"}) AS relabelled,
      count_if(${both} AND (${values.length === 0 ? "false" : values.map(differs).join(" OR ")})) AS changed
     FROM ${identifier(base)} t FULL JOIN ${identifier(head)} h ON ${await sameKey(tables, base, head, key, "h")}`,
    counts,
  );
  if (found === undefined) throw new Error("An aggregate gave no row");
  return found;
}

async function unkeyed(
  tables: Tables,
  { base, head, label }: DiffRequest,
  shared: readonly string[],
  baseTypes: Map<string, string>,
  headTypes: Map<string, string>,
): Promise<Counts> {
  const surplus = async (names: readonly string[]) => {
    const rows = (table: string, types: Map<string, string>, sign: 1 | -1) => {
      const columns = names.map((name) => ({
        name,
        type: baseTypes.get(name) === headTypes.get(name) ? ourType(types.get(name)) : ("string" as const),
      }));
      const texts = columns.map(({ name, type }) =>
        type === "string" ? `CAST(${identifier(name)} AS VARCHAR) AS ${identifier(name)}` : identifier(name),
      );
      return `SELECT ${rowDigest(columns)} AS d, ${sign} AS n FROM (SELECT ${texts.join(", ")} FROM ${identifier(table)})`;
    };
    const [found] = await tables.query(
      `SELECT CAST(coalesce(sum(greatest(n, 0)), 0) AS BIGINT) AS added, CAST(coalesce(sum(greatest(-n, 0)), 0) AS BIGINT) AS removed
       FROM (SELECT d, sum(n) AS n FROM (${rows(base, baseTypes, -1)} UNION ALL ${rows(head, headTypes, 1)}) GROUP BY d)`,
      z.object({ added: z.int(), removed: z.int() }),
    );
    if (found === undefined) throw new Error("An aggregate gave no row");
    return found;
  };
  const whole = await surplus(shared);
  const values = shared.filter((name) => name !== label);
  const features = values.length === 0 || values.length === shared.length ? whole : await surplus(values);
  // Rows that differ as a whole but not in their features have changed their label.
  return { ...features, relabelled: whole.added - features.added, changed: 0 };
}

function ourType(engineType: string | undefined): ColumnType {
  if (engineType === "DOUBLE") return "number";
  if (engineType === "TIMESTAMP") return "timestamp";
  if (engineType === "VARCHAR") return "string";
  return "integer";
}
