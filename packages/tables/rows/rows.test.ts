import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Answering, Rows, Tables } from "@mlops-actions/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { openDuckdb } from "../duckdb.ts";

const folder = mkdtempSync(join(tmpdir(), "rows-"));
let tables: Tables & { rows: Rows };
beforeAll(async () => {
  tables = await openDuckdb({ memoryMb: 512, threads: 2, tempDirectory: folder });
  await tables.query(
    "CREATE TABLE numbers AS SELECT i AS id, i / 2 AS x FROM range(250000) r(i)",
    z.unknown(),
  );
});
afterAll(async () => {
  await tables.close();
  rmSync(folder, { recursive: true });
});

const doubling = (into: string, over: Partial<Answering> = {}): Answering => ({
  from: "numbers",
  into,
  keep: ["id"],
  read: [{ column: "x", as: "float64" }],
  made: [{ name: "twice", type: "number" }],
  batch: 10_000,
  atOnce: 4,
  answer: async ({ columns }) => [(columns[0] as Float64Array).map((x) => 2 * x)],
  ...over,
});

it("what is answered out of turn stands in the order of the rows", async () => {
  const { answer } = doubling("");
  let count = 0;
  const opened = await tables.rows.answer(
    doubling("late", {
      answer: async (batch) => {
        count += 1;
        await setTimeout(count % 4 === 1 ? 20 : 0);
        return answer(batch);
      },
    }),
  );
  expect(opened).toMatchObject({ name: "late", rows: 250_000, files: [] });
  const [wrong] = await tables.query(
    "SELECT count_if(twice <> id) AS n, count_if(id <> place) AS moved FROM (SELECT *, rowid AS place FROM late)",
    z.object({ n: z.int(), moved: z.int() }),
  );
  expect(wrong).toEqual({ n: 0, moved: 0 });
});

it("the first failure is the one that is heard, whichever batch fails first; nothing stays", async () => {
  let count = 0;
  const failing = tables.rows.answer(
    doubling("never", {
      answer: async () => {
        count += 1;
        const own = count;
        await setTimeout(own === 1 ? 50 : 0);
        throw new Error(`batch ${own}`);
      },
    }),
  );
  await expect(failing).rejects.toThrow("batch 1");
  expect(await tables.rows.shape("never")).toBeUndefined();
  expect(await tables.rows.shape("never: answers")).toBeUndefined();
});

it("tells the shape of a table, and what would not survive a reading", async () => {
  expect(await tables.rows.shape("numbers")).toEqual({
    rows: 250_000,
    columns: [
      { name: "id", type: "integer" },
      { name: "x", type: "number" },
    ],
  });
  await tables.query(
    "CREATE TABLE odd AS SELECT unnest([1, NULL, 0.5, 'inf', 1e30]::DOUBLE[]) AS x",
    z.unknown(),
  );
  const [found] = await tables.rows.unfit("odd", [{ column: "x", as: "int64" }]);
  expect(found).toEqual({ missing: 1, lossy: 3, example: "0.5" });
  expect(await tables.rows.first("odd", [{ column: "x", as: "float64" }], 2)).toEqual({
    rows: 2,
    columns: [new Float64Array([1, Number.NaN])],
  });
});
