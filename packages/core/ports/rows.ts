import type { ColumnType, OpenedTable } from "./tables.ts";

/** How the values of a column are handed over; a missing value is NaN, the empty text, and elsewhere refused beforehand. */
export type Element = "float64" | "int64" | "int32" | "bool" | "string";

export interface Reading {
  column: string;
  as: Element;
}

/** In the order of `Element`; a boolean is 0 or 1. */
export type Values = Float64Array | BigInt64Array | Int32Array | Uint8Array | string[];

/** Some rows of a table, column by column. */
export interface Batch {
  rows: number;
  columns: readonly Values[];
}

export interface TableShape {
  rows: number;
  columns: readonly { name: string; type: ColumnType }[];
}

/** The values of a column that cannot be handed over as they were asked for. */
export interface Unfit {
  missing: number;
  /** Beyond the type's range, or with a fraction where it has none. */
  lossy: number;
  example: string | null;
}

export interface MadeColumn {
  name: string;
  type: "number" | "string";
}

export interface Answering {
  from: string;
  /** The table that is made: the columns `keep`, then those that are answered; one row for each of `from`, in its order. */
  into: string;
  keep: readonly string[];
  read: readonly Reading[];
  made: readonly MadeColumn[];
  /** Rows a batch; the last one is shorter. */
  batch: number;
  /** Batches that are answered at once. */
  atOnce: number;
  /** The made columns of a batch, each as long as the batch. */
  answer(batch: Batch): Promise<readonly (Float64Array | string[])[]>;
}

/**
 * What the neighbours of `Tables` in the same process may ask of it: values in bulk. None of it crosses to another process.
 */
export interface Rows {
  /** How long a table is, and its columns in order; `undefined` where there is no such table. */
  shape(table: string): Promise<TableShape | undefined>;
  /** For each reading, what would not survive it. */
  unfit(table: string, read: readonly Reading[]): Promise<readonly Unfit[]>;
  /** The first rows of a table. */
  first(table: string, read: readonly Reading[], rows: number): Promise<Batch>;
  answer(asked: Answering): Promise<OpenedTable>;
}
