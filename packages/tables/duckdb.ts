import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import type * as duckdb from "@duckdb/node-api";
import { type Rows, type Tables, UserError } from "@mlops-actions/core";
import { z } from "zod";
import type { Appending, Cell, Chunk, ChunkColumn, Engine, Row } from "./engine.ts";
import { openTable } from "./read/open.ts";
import { dataTooLarge } from "./read/too-large.ts";
import { rowsOf } from "./rows/rows.ts";
import { save } from "./rows/save.ts";
import { literal } from "./sql.ts";

type Module = typeof duckdb;

export interface DuckdbOptions {
  memoryMb: number;
  threads: number;
  /** An existing folder that this process may write; a private one is made inside it and removed by `close`. */
  tempDirectory: string;
  /** The module, where it does not lie in `node_modules`. */
  load?: (() => Promise<Module>) | undefined;
}

/** At most this many rows cross from the engine. */
const maxRows = 100_000;
/** Files that may be opened over an engine's life: their paths are fixed before the configuration is locked. */
const slots = 4096;

/**
 * Tables in DuckDB, in this process. Every input is copied into a private folder while it is checked and digested;
 * the engine may read those copies by name and nothing else on the machine, nor the network. `query` takes one
 * statement that selects, or creates or drops a table.
 */
export async function openDuckdb(options: DuckdbOptions): Promise<Tables & { rows: Rows }> {
  const module = await (options.load ?? (() => import("@duckdb/node-api")))();
  const folder = await mkdtemp(join(await realpath(options.tempDirectory), "tables-"));
  await mkdir(join(folder, "spill"));
  const { connection, second } = await connect(module, folder, options);
  let used = 0;
  let last: Promise<unknown> = Promise.resolve();
  // One at a time: a connection has one temporary schema, and two readers would double the memory.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const engine: Engine = {
    memory: options.memoryMb * 2 ** 20,
    run: (sql) => select(module, connection, sql),
    chunks: (sql) => chunks(module, connection, sql),
    appending: (table) => appending(module, second, table),
    slot: () => {
      if (used === slots) throw tooManyFiles();
      used += 1;
      return slotPath(folder, used);
    },
  };
  const rows = rowsOf(engine);
  return {
    open: (name, source) => inTurn(() => openTable(engine, name, source)),
    query: (sql, row) =>
      inTurn(async () => {
        const type = await statementOf(connection, sql);
        const { SELECT, CREATE, DROP } = module.StatementType;
        if (type !== SELECT && type !== CREATE && type !== DROP)
          throw new Error(`A query selects, creates or drops; this is ${module.StatementType[type]}`);
        return z.array(row).parse(await select(module, connection, sql));
      }),
    save: (sql, format, file) =>
      inTurn(async () => {
        const type = await statementOf(connection, sql);
        if (type !== module.StatementType.SELECT)
          throw new Error(`What is saved is selected; this is ${module.StatementType[type]}`);
        return save(engine, sql, format, file);
      }),
    rows: {
      shape: (table) => inTurn(() => rows.shape(table)),
      unfit: (table, read) => inTurn(() => rows.unfit(table, read)),
      first: (table, read, most) => inTurn(() => rows.first(table, read, most)),
      answer: (asked) => inTurn(() => rows.answer(asked)),
    },
    close: () =>
      inTurn(async () => {
        connection.closeSync();
        second.closeSync();
        await rm(folder, { recursive: true, force: true });
      }),
  };
}

function slotPath(folder: string, index: number): string {
  return join(folder, `input-${index}`);
}

async function connect(module: Module, folder: string, options: DuckdbOptions) {
  const instance = await module.DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    enable_external_file_cache: "false",
    memory_limit: `${options.memoryMb}MB`,
    threads: `${options.threads}`,
    temp_directory: join(folder, "spill"),
    // What does not fit four times the memory is refused instead of filling the disk.
    max_temp_directory_size: `${options.memoryMb * 4}MB`,
  });
  const connection = await instance.connect();
  const paths = Array.from({ length: slots }, (_, at) => literal(slotPath(folder, at + 1)));
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET allowed_paths = [${paths.join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  // A connection has one result at a time: what is appended while rows are read needs another.
  return { connection, second: await instance.connect() };
}

/** `COPY`, `ATTACH`, `SET` and their like have no place in a measurement: refused before anything runs. */
async function statementOf(connection: duckdb.DuckDBConnection, sql: string): Promise<duckdb.StatementType> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`One statement a query, not ${statements.count}`);
  const prepared = await statements.prepare(0);
  const type = prepared.statementType;
  prepared.destroySync();
  return type;
}

async function select(module: Module, connection: duckdb.DuckDBConnection, sql: string): Promise<Row[]> {
  try {
    const reader = await connection.streamAndReadUntil(sql, maxRows + 1);
    if (reader.currentRowCount > maxRows) throw new Error(`More than ${maxRows} rows would cross: ${sql}`);
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cell(module, value)])),
      );
  } catch (error) {
    throw named(error);
  }
}

function named(error: unknown): unknown {
  const isMemory = error instanceof Error && /^Out of Memory Error/i.test(error.message);
  return isMemory ? dataTooLarge("The data", error) : error;
}

async function* chunks(
  module: Module,
  connection: duckdb.DuckDBConnection,
  sql: string,
): AsyncGenerator<Chunk> {
  try {
    const result = await connection.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const columns = Array.from({ length: chunk.columnCount }, (_, at) =>
        itemsOf(module, chunk.getColumnVector(at)),
      );
      yield { rows: chunk.rowCount, columns };
    }
  } catch (error) {
    throw named(error);
  }
}

function itemsOf(module: Module, vector: duckdb.DuckDBVector): ChunkColumn {
  const rows = vector.itemCount;
  if (vector instanceof module.DuckDBVarCharVector) {
    const texts = new Array<string>(rows);
    for (let row = 0; row < rows; row++) texts[row] = vector.getItem(row) ?? "";
    return texts;
  }
  if (vector instanceof module.DuckDBBigIntVector) {
    const whole = new BigInt64Array(rows);
    for (let row = 0; row < rows; row++) whole[row] = vector.getItem(row) ?? 0n;
    return whole;
  }
  if (vector instanceof module.DuckDBDoubleVector) {
    const numbers = new Float64Array(rows);
    for (let row = 0; row < rows; row++) numbers[row] = vector.getItem(row) ?? Number.NaN;
    return numbers;
  }
  const isBit = vector instanceof module.DuckDBUTinyIntVector;
  if (!isBit && !(vector instanceof module.DuckDBIntegerVector))
    throw new Error(`No bulk reading of ${vector.type}`);
  const small = isBit ? new Uint8Array(rows) : new Int32Array(rows);
  for (let row = 0; row < rows; row++) small[row] = vector.getItem(row) ?? 0;
  return small;
}

/** Rows that a chunk of the engine holds. */
const CHUNK = 2048;

async function appending(
  module: Module,
  connection: duckdb.DuckDBConnection,
  table: string,
): Promise<Appending> {
  const appender = await connection.createAppender(table);
  const types = Array.from({ length: appender.columnCount }, (_, at) => appender.columnType(at));
  return {
    append(columns, rows) {
      for (let from = 0; from < rows; from += CHUNK) {
        const to = Math.min(from + CHUNK, rows);
        const chunk = module.DuckDBDataChunk.create(types, to - from);
        for (const [at, values] of columns.entries()) {
          chunk.setColumnValues(at, Array.from<duckdb.DuckDBValue>(values.slice(from, to)));
        }
        appender.appendDataChunk(chunk);
      }
    },
    close: () => appender.closeSync(),
  };
}

function cell(module: Module, value: duckdb.DuckDBValue): Cell {
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  if (typeof value === "bigint") {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond 2^53: select it as text`);
    return number;
  }
  if (value instanceof module.DuckDBListValue) return value.items.map((item) => cell(module, item));
  if (value instanceof module.DuckDBDecimalValue) return value.toDouble();
  return value.toString();
}

function tooManyFiles(): UserError {
  return new UserError("too-many-files", `More than ${slots} files were opened in one run.`, {
    remedy: "Join the files of each table into fewer ones.",
  });
}
