import type { Column, OpenedTable, Tables } from "@mlops-actions/core";
import { identifier } from "../sql.ts";
import { binned } from "./bins.ts";
import { categoriesOf } from "./categories.ts";
import type { ColumnProfile, Profile, TableProfile } from "./shape.ts";

export interface ProfiledTable {
  table: OpenedTable;
  /** Columns that are not profiled: keys name rows. */
  without: readonly string[];
}

export interface ProfileRequest {
  reference: ProfiledTable & { of: Profile["reference"]["of"] };
  predictions?: ProfiledTable | undefined;
}

/** The profile of a version's reference data and of its answers: one pass over each column, the same bytes on any number of threads. */
export async function profileOf(
  tables: Tables,
  { reference, predictions }: ProfileRequest,
): Promise<Profile> {
  return {
    _type: "https://mlops-actions.dev/profile/v1",
    reference: { of: reference.of, ...(await tableProfile(tables, reference)) },
    predictions: predictions === undefined ? null : await tableProfile(tables, predictions),
  };
}

async function tableProfile(tables: Tables, { table, without }: ProfiledTable): Promise<TableProfile> {
  const columns: ColumnProfile[] = [];
  for (const column of table.columns)
    if (!without.includes(column.name)) columns.push(await columnProfile(tables, table.name, column));
  return { rows: table.rows, files: [...table.files], columns };
}

async function columnProfile(
  tables: Tables,
  from: string,
  { name, type, presence }: Column,
): Promise<ColumnProfile> {
  const column = identifier(name);
  switch (type) {
    case "integer":
    case "number":
      return { name, kind: "number", type, presence, ...(await binned(tables, from, column)) };
    case "date":
    case "timestamp": {
      const days = `date_diff('day', DATE '1970-01-01', CAST(${column} AS DATE))`;
      const { edges, counts } = await binned(tables, from, days);
      return { name, kind: "date", type, presence, edges: edges.map(dayOf), counts };
    }
    case "string":
    case "boolean": {
      const categories = await categoriesOf(tables, from, name);
      const isHidden = categories.values.length === 0 && categories.other.distinct > 0;
      const { edges, counts } = isHidden
        ? await binned(tables, from, `nullif(length(${column}), 0)`)
        : { edges: [], counts: [] };
      return {
        name,
        kind: "category",
        type,
        presence,
        ...categories,
        lengths: isHidden ? { edges, counts } : null,
      };
    }
  }
}

// An edge between two days is the earlier one: the same days lie on either side of it.
function dayOf(days: number): string {
  return new Date(Math.floor(days) * 86_400_000).toISOString().slice(0, 10);
}
