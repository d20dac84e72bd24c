import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ColumnType } from "@mlops-actions/core";
import { type Compared, compareColumns } from "@mlops-actions/drift";
import { seedFromDigest, xoshiro256 } from "@mlops-actions/statistics";
import { type ColumnProfile, identifier, openDuckdb, profileOf } from "@mlops-actions/tables";
import { z } from "zod";

const DATA = join(import.meta.dirname, "../../examples/census-income/data");

/** Batches of the census' test rows against the profile of its training rows. */
export interface Census extends AsyncDisposable {
  columns: readonly ColumnProfile[];
  /** `rows` at random, without replacement; `items` are what is selected of them. */
  batch(seed: number, rows: number, items?: string): Promise<Compared>;
}

/** @param noise columns of normal numbers beside the census' own: `noise0` … */
export async function census(noise = 0): Promise<Census> {
  const tables = await openDuckdb({ memoryMb: 1500, threads: 2, tempDirectory: tmpdir() });
  const train = await tables.open("train", { files: [join(DATA, "train.parquet")], label: "train" });
  const test = await tables.open("test", { files: [join(DATA, "test.csv")], label: "test" });
  // Box and Muller over a hash, so that every machine has the same numbers.
  const normal = (at: number) => {
    const uniform = (part: number) =>
      `((hash(row_number() OVER () * 1000 + ${at * 2 + part}) % 1000000007 + 0.5) / 1000000007)`;
    return `sqrt(-2 * ln(${uniform(0)})) * cos(2 * pi() * ${uniform(1)}) AS noise${at}`;
  };
  const extra = Array.from({ length: noise }, (_, at) => at);
  for (const { name } of [train, test])
    await tables.query(
      `CREATE TABLE ${identifier(`${name} rows`)} AS SELECT *${extra.map((at) => `, ${normal(name === "train" ? at : at + 500)}`.replace(/noise5\d\d$/, `noise${at}`)).join("")} FROM ${identifier(name)}`,
      z.unknown(),
    );
  const added = extra.map((at) => ({ name: `noise${at}`, type: "number" as const }));
  const presence = { rows: train.rows, missing: 0, empty: 0, nan: 0, infinite: 0, present: train.rows };
  const { reference } = await profileOf(tables, {
    reference: {
      of: "train",
      table: {
        ...train,
        name: "train rows",
        columns: [...train.columns, ...added.map((one) => ({ ...one, presence }))],
      },
      without: ["income"],
    },
  });
  const types: Record<string, ColumnType> = Object.fromEntries(
    [...test.columns, ...added].map(({ name, type }) => [name, type]),
  );
  let batches = 0;
  return {
    columns: reference.columns,
    async batch(seed, rows, items = "*") {
      batches++;
      const from = `batch ${batches}`;
      await tables.query(
        `CREATE TABLE ${identifier(from)} AS SELECT ${items} FROM (SELECT * FROM "test rows" USING SAMPLE reservoir(${rows} ROWS) REPEATABLE (${seed}))`,
        z.unknown(),
      );
      const found = await compareColumns(tables, {
        columns: reference.columns,
        answers: [],
        important: () => true,
        from,
        types,
        random: xoshiro256(seedFromDigest("0123456789abcdef")),
      });
      await tables.query(`DROP TABLE ${identifier(from)}`, z.unknown());
      return found;
    },
    [Symbol.asyncDispose]: () => tables.close(),
  };
}

export function flagged({ columns }: Compared): string[] {
  return columns
    .filter(({ severity }) => severity === "warn" || severity === "severe")
    .map(({ name }) => name);
}
