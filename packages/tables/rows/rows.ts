import type { Answering, ColumnType, OpenedTable, Rows } from "@mlops-actions/core";
import type { Appending, Engine } from "../engine.ts";
import { columnTypes, presence } from "../read/presence.ts";
import { identifier } from "../sql.ts";
import { batches, unfitValues } from "./reading.ts";

const SQL_TYPES = { number: "DOUBLE", string: "VARCHAR" } as const;

/** Tables in bulk, for neighbours in the same process. */
export function rowsOf(engine: Engine): Rows {
  return {
    shape: async (table) => {
      const columns = await columnTypes(engine, table);
      if (columns.length === 0) return undefined;
      const [row] = await engine.run(`SELECT count(*) AS n FROM ${identifier(table)}`);
      return { rows: Number(row?.n), columns };
    },
    unfit: async (table, read) => {
      const columns = await columnTypes(engine, table);
      const types = new Map<string, ColumnType>(columns.map(({ name, type }) => [name, type]));
      return unfitValues(engine, table, read, types);
    },
    first: async (table, read, rows) => {
      for await (const batch of batches(engine, table, read, rows, rows)) return batch;
      return { rows: 0, columns: [] };
    },
    answer: (asked) => answer(engine, asked),
  };
}

/**
 * Asks about all rows, several batches at once, and keeps what is answered in their order. The columns that are kept never leave the
 * engine: they are put beside the answers row by row.
 */
async function answer(engine: Engine, asked: Answering): Promise<OpenedTable> {
  const { from, into, keep, made } = asked;
  const answers = `${into}: answers`;
  const typed = made.map(({ name, type }) => `${identifier(name)} ${SQL_TYPES[type]}`);
  await engine.run(`CREATE TABLE ${identifier(answers)} (${typed.join(", ")})`);
  try {
    await fill(engine, asked, await engine.appending(answers));
    const kept = keep.map((name) => `kept.${identifier(name)}`);
    const said = made.map(({ name }) => `said.${identifier(name)}`);
    await engine.run(
      `CREATE TABLE ${identifier(into)} AS SELECT ${[...kept, ...said].join(", ")} FROM ${identifier(from)} kept POSITIONAL JOIN ${identifier(answers)} said`,
    );
  } finally {
    await engine.run(`DROP TABLE ${identifier(answers)}`);
  }
  return { name: into, files: [], ...(await presence(engine, into)) };
}

async function fill(engine: Engine, asked: Answering, appending: Appending): Promise<void> {
  const open: { rows: number; said: ReturnType<Answering["answer"]> }[] = [];
  const settle = async () => {
    const [first] = open.splice(0, 1);
    if (first !== undefined) appending.append(await first.said, first.rows);
  };
  try {
    for await (const batch of batches(engine, asked.from, asked.read, asked.batch)) {
      const said = asked.answer(batch);
      // It may fail before its turn comes; then is early enough to hear of it.
      said.catch(() => undefined);
      open.push({ rows: batch.rows, said });
      if (open.length >= asked.atOnce) await settle();
    }
    while (open.length > 0) await settle();
  } finally {
    // Whatever is still being answered is nobody's any more, and its failure no other than the first.
    await Promise.allSettled(open.map(({ said }) => said));
    appending.close();
  }
}
