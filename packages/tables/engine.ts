/** What crosses from the engine: plain values only. Dates and times are ISO text. */
export type Cell = string | number | boolean | null | Cell[];
export type Row = Record<string, Cell>;

/** A column of some rows. */
export type ChunkColumn = Float64Array | BigInt64Array | Int32Array | Uint8Array | readonly string[];

export interface Chunk {
  rows: number;
  columns: readonly ChunkColumn[];
}

/** Rows at the end of a table. */
export interface Appending {
  append(columns: readonly (Float64Array | readonly string[])[], rows: number): void;
  close(): void;
}

/** What the readers need of an engine: SQL in, rows out, and paths that it may read. */
export interface Engine {
  /** What the engine may hold, in bytes. */
  memory: number;
  run(sql: string): Promise<Row[]>;
  /** All rows of a query in their order, in bulk: DOUBLE, BIGINT, INTEGER, UTINYINT and VARCHAR without missing values. */
  chunks(sql: string): AsyncIterable<Chunk>;
  /** Appends to a table of DOUBLE and VARCHAR columns, while rows of another are still read. */
  appending(table: string): Promise<Appending>;
  /** A path inside the private folder at which one file may be placed for the engine; each is used once. */
  slot(): string;
}
