/** What crosses from the engine: plain values only. Dates and times are ISO text. */
export type Cell = string | number | boolean | null | Cell[];
export type Row = Record<string, Cell>;

/** What the readers need of an engine: SQL in, rows out, and paths that it may read. */
export interface Engine {
  /** What the engine may hold, in bytes. */
  memory: number;
  run(sql: string): Promise<Row[]>;
  /** A path inside the private folder at which one file may be placed for the engine; each is used once. */
  slot(): string;
}
