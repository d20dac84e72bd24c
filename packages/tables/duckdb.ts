import { constants } from "node:fs";
import { copyFile, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import type * as duckdb from "@duckdb/node-api";
import { type Tables, UserError } from "@mlops-actions/core";
import { z } from "zod";
import type { Cell, Engine, Row } from "./engine.ts";
import { openTable } from "./read/open.ts";
import { dataTooLarge } from "./read/too-large.ts";
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
export async function openDuckdb(options: DuckdbOptions): Promise<Tables> {
  const module = await (options.load ?? (() => import("@duckdb/node-api")))();
  const folder = await mkdtemp(join(await realpath(options.tempDirectory), "tables-"));
  await mkdir(join(folder, "spill"));
  const connection = await connect(module, folder, options);
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
    slot: () => {
      if (used === slots) throw tooManyFiles();
      used += 1;
      return slotPath(folder, used);
    },
  };
  return {
    open: (name, source) => inTurn(() => openTable(engine, name, source)),
    query: (sql, row) => inTurn(async () => z.array(row).parse(await guarded(module, connection, sql))),
    save: (sql, format, file) =>
      inTurn(() => save(module, connection, { sql, format, file, slot: engine.slot() })),
    close: () =>
      inTurn(async () => {
        connection.closeSync();
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
  return connection;
}

/** `COPY`, `ATTACH`, `SET` and their like have no place in a measurement: refused before anything runs. */
async function guarded(module: Module, connection: duckdb.DuckDBConnection, sql: string): Promise<Row[]> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`One statement a query, not ${statements.count}`);
  const prepared = await statements.prepare(0);
  const type = prepared.statementType;
  prepared.destroySync();
  const { SELECT, CREATE, DROP } = module.StatementType;
  if (type !== SELECT && type !== CREATE && type !== DROP) {
    throw new Error(`A query selects, creates or drops; this is ${module.StatementType[type]}`);
  }
  return select(module, connection, sql);
}

/** Written inside the private folder and then copied out: the engine writes nowhere else. */
async function save(
  module: Module,
  connection: duckdb.DuckDBConnection,
  { sql, format, file, slot }: { sql: string; format: "parquet" | "csv"; file: string; slot: string },
): Promise<{ rows: number }> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`One statement a file, not ${statements.count}`);
  const prepared = await statements.prepare(0);
  const type = prepared.statementType;
  prepared.destroySync();
  if (type !== module.StatementType.SELECT) throw new Error("Only what is selected can be saved");
  const how = format === "parquet" ? "FORMAT parquet" : "FORMAT csv, HEADER true";
  const [counted] = await select(module, connection, `COPY (${sql}\n) TO ${literal(slot)} (${how})`);
  try {
    await copyFile(slot, file, constants.COPYFILE_EXCL);
  } finally {
    await rm(slot, { force: true });
  }
  return { rows: Number(counted?.Count) };
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
    if (error instanceof Error && /^Out of Memory Error/i.test(error.message))
      throw dataTooLarge("The data", error);
    throw error;
  }
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
