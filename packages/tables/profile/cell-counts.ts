import type { ColumnType, Presence, Tables } from "@mlops-actions/core";
import { z } from "zod";
import { presenceIn, presenceItems } from "../read/presence.ts";
import { identifier, literal } from "../sql.ts";
import type { ColumnProfile } from "./shape.ts";

/** A column of other rows in the cells of a profile. */
export interface CellCounts {
  name: string;
  presence: Presence;
  /** By bin; of text by shown value, and last all other values. `null` where the column holds another kind of values than the profile. */
  counts: number[] | null;
  /**
   * Of numbers: rows further from the profile's mean than six of its standard deviations. No distribution has more than 1 in 36 there (Chebyshev), and the
   * outermost bins, which have no end, cannot tell. `null` where the profile has no mean.
   */
  far: number | null;
}

/** Standard deviations from the mean. */
const FAR = 6;
/** The largest share of any distribution's rows that is that far away; none of a constant one's. */
export function mostFar({ sd }: { sd: number | null }): number {
  return sd === 0 ? 0 : 1 / FAR ** 2;
}

/** Columns a statement: wider tables are counted in several scans. */
const AT_ONCE = 100;

const found = z.record(z.string(), z.union([z.int(), z.array(z.int()), z.array(z.string()), z.null()]));
type Found = z.infer<typeof found>;

/**
 * Counts rows in the cells that a profile has made of others: one scan, integers only.
 *
 * @param types of the columns of `from`; the profile's columns must be among them
 * @param divided by name: what a number is divided by before it is counted
 */
export async function cellCounts(
  tables: Tables,
  from: string,
  { columns, types, divided = {} }: CellRequest,
): Promise<CellCounts[]> {
  const counted: CellCounts[] = [];
  for (let start = 0; start < columns.length; start += AT_ONCE) {
    const part = columns.slice(start, start + AT_ONCE).map((column, at) => {
      const type = types[column.name];
      if (type === undefined) throw new Error(`No type of the column ${column.name}`);
      return { column, type, at };
    });
    const items = part.flatMap(({ column, type, at }) => [
      ...presenceItems(column.name, type, at),
      ...cellItems(column, type, at, divided[column.name] ?? 1),
    ]);
    const [row] = await tables.query(
      `SELECT count(*) AS n, ${items.join(", ")} FROM ${identifier(from)}`,
      found,
    );
    if (row === undefined) throw new Error("An aggregate gave no row");
    counted.push(...part.map(({ column, type, at }) => countedOf(row, column, type, at)));
  }
  return counted;
}

export interface CellRequest {
  columns: readonly ColumnProfile[];
  types: Readonly<Record<string, ColumnType>>;
  divided?: Readonly<Record<string, number>> | undefined;
}

/** Whether values of this type can be put into the cells of this column. */
function fits(column: ColumnProfile, type: ColumnType): boolean {
  switch (column.kind) {
    case "number":
      return type === "integer" || type === "number";
    case "date":
      return type === "date" || type === "timestamp";
    // A code of digits is read as a number where no other value stands beside it.
    case "category":
      return type === "string" || type === "boolean" || type === "integer";
  }
}

function cellItems(column: ColumnProfile, type: ColumnType, at: number, divisor: number): string[] {
  if (!fits(column, type)) return [];
  const name = identifier(column.name);
  switch (column.kind) {
    case "number": {
      const number = `CAST(${name} AS DOUBLE)${divisor === 1 ? "" : ` / ${literal(divisor)}`}`;
      const { mean, sd } = column;
      const far =
        mean === null || sd === null
          ? []
          : [
              `count_if(isfinite(${number}) AND abs(${number} - ${literal(mean)}) > ${literal(FAR * sd)}) AS f${at}`,
            ];
      return [...binItems(`${number} + 0.0::DOUBLE`, column.edges, at), ...far];
    }
    case "date":
      return binItems(
        `CAST(date_diff('day', DATE '1970-01-01', CAST(${name} AS DATE)) AS DOUBLE)`,
        column.edges.map((edge) => Date.parse(edge) / 86_400_000),
        at,
      );
    case "category": {
      const text = `CAST(${name} AS VARCHAR)`;
      if (column.lengths !== null)
        return binItems(`CAST(nullif(length(${text}), 0) AS DOUBLE)`, column.lengths.edges, at);
      if (column.values.length === 0) return [];
      const values = column.values.map(({ value }) => literal(value)).join(", ");
      const histogram = `histogram_exact(${text}, [${values}]) FILTER (${text} <> '')`;
      return [`map_keys(${histogram}) AS k${at}`, `map_values(${histogram}) AS c${at}`];
    }
  }
}

function binItems(number: string, edges: readonly number[], at: number): string[] {
  if (edges.length === 0) return [];
  const list = [...edges.map(literal), "'inf'::DOUBLE"].join(", ");
  return [`map_values(histogram(${number}, [${list}]) FILTER (isfinite(${number}))) AS c${at}`];
}

function countedOf(row: Found, column: ColumnProfile, type: ColumnType, at: number): CellCounts {
  const presence = presenceIn(row, at);
  return {
    name: column.name,
    presence,
    counts: fits(column, type) ? cellsOf(row, column, at, presence.present) : null,
    far: typeof row[`f${at}`] === "number" ? Number(row[`f${at}`]) : null,
  };
}

function cellsOf(row: Found, column: ColumnProfile, at: number, present: number): number[] {
  const found = numbers(row[`c${at}`]);
  if (column.kind === "category" && column.lengths === null) {
    const keys = row[`k${at}`];
    const named = new Map(Array.isArray(keys) ? keys.map((key, i) => [String(key), found[i] ?? 0]) : []);
    const shown = column.values.map(({ value }) => named.get(value) ?? 0);
    return [...shown, present - shown.reduce((sum, count) => sum + count, 0)];
  }
  const edges = column.kind === "category" ? (column.lengths?.edges ?? []) : column.edges;
  if (edges.length === 0) return [present];
  return found.length === 0 ? new Array<number>(edges.length + 1).fill(0) : found;
}

function numbers(cell: Found[string] | undefined): number[] {
  return Array.isArray(cell) ? cell.map(Number) : [];
}
