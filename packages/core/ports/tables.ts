import type { z } from "zod";
import type { Subject } from "../evidence.ts";

export type ColumnType = "integer" | "number" | "string" | "boolean" | "date" | "timestamp";

/** A table as it lies on disk, described well enough that nothing has to be guessed. */
export interface TableSource {
  /** Absolute paths, at least one; all of one shape. */
  files: readonly string[];
  /** Told by the file's ending where it is not given. */
  format?: "csv" | "parquet" | "json" | undefined;
  /** CSV: whether the first line names the columns. Default: yes, unless `names` is given. */
  header?: boolean | undefined;
  names?: readonly string[] | undefined;
  /** Texts that mean "no value", besides the empty field. */
  missing?: readonly string[] | undefined;
  /** Declared types; a column that is not named is inferred from all of its values. */
  types?: Readonly<Record<string, ColumnType>> | undefined;
  /** The name used in messages: the path as the user wrote it. */
  label: string;
}

/** A presence vector: every row is in exactly one of these. */
export interface Presence {
  rows: number;
  missing: number;
  empty: number;
  nan: number;
  infinite: number;
  present: number;
}

export interface Column {
  name: string;
  type: ColumnType;
  presence: Presence;
}

export interface OpenedTable {
  name: string;
  rows: number;
  columns: readonly Column[];
  /** SHA-256 of each file, taken from the bytes that were read. */
  files: readonly Subject[];
}

/**
 * The engine port. SQL and paths go in, sufficient statistics come out: at most 100,000 rows cross.
 */
export interface Tables {
  /** Reads the files strictly into a table called `name`; a row that does not fit its columns is a `UserError`. */
  open(name: string, source: TableSource): Promise<OpenedTable>;
  /** Integers beyond 2^53 and rows that do not fit `row` are bugs and throw. */
  query<Row>(sql: string, row: z.ZodType<Row>): Promise<Row[]>;
  /**
   * Writes what one SELECT gives to a new file outside, for programs that are not ours. A missing value is an empty field of CSV.
   * @param file absolute path of a file that does not exist
   */
  save(sql: string, format: "parquet" | "csv", file: string): Promise<{ rows: number }>;
  close(): Promise<void>;
}
