import type { Column, OpenedTable, Tables } from "@mlops-actions/core";
import { identifier } from "../sql.ts";
import { binned, CROWD } from "./bins.ts";
import { categoriesOf } from "./categories.ts";
import type { ColumnProfile, Profile, TableProfile } from "./shape.ts";

export interface ProfiledTable {
  table: OpenedTable;
  /** Columns that are not profiled: keys name rows. */
  without: readonly string[];
  /** The only columns whose values are told, of the others only how many there are. Default: all. */
  shown?: readonly string[] | undefined;
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

async function tableProfile(tables: Tables, { table, without, shown }: ProfiledTable): Promise<TableProfile> {
  const columns: ColumnProfile[] = [];
  for (const column of table.columns) {
    if (without.includes(column.name)) continue;
    const whole = await columnProfile(tables, table.name, column);
    columns.push(shown === undefined || shown.includes(column.name) ? whole : withheld(whole));
  }
  return { rows: table.rows, files: [...table.files], columns };
}

/** A column without anything that its values say. */
function withheld(column: ColumnProfile): ColumnProfile {
  const { present } = column.presence;
  switch (column.kind) {
    case "number":
      return { ...column, edges: [], counts: [present], mean: null, sd: null, ends: null };
    case "date":
      return { ...column, edges: [], counts: [present] };
    case "category": {
      const { distinct, singletons } = column.other;
      const other = { count: present, distinct: distinct + column.values.length, singletons };
      return { ...column, values: [], other, lengths: null };
    }
  }
}

/** Whether a profile tells nothing of a column's values, though there are enough to tell of. */
export function isWithheld(column: ColumnProfile): boolean {
  if (column.presence.present < CROWD) return false;
  if (column.kind !== "category") return column.edges.length === 0;
  return column.values.length === 0 && column.lengths === null;
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
