import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDuckdb } from "@mlops-actions/tables";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { adults, columnsOf, expected, serving, sibling, versionIn } from "./scene.ts";

let own: Folder;
let folder: string;
beforeEach(async () => {
  own = await temporaryFolder("log");
  folder = join(own.path, "log");
});
afterEach(() => own[Symbol.asyncDispose]());

const log = (inputs: readonly string[] | "all" = "all", fileBytes = 1_000_000) => ({
  folder,
  inputs,
  fileBytes,
  fileMs: 60_000,
});

/** All that the log says, read as the drift check reads tables: strictly, by DuckDB. */
async function read<Row>(sql: string, row: z.ZodType<Row>): Promise<{ columns: string[]; rows: Row[] }> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".jsonl")).sort();
  const tables = await openDuckdb({ memoryMb: 512, threads: 1, tempDirectory: own.path });
  try {
    const source = {
      files: files.map((name) => join(folder, name)),
      types: { time: "timestamp" as const },
      label: "the log",
    };
    const { columns } = await tables.open("log", source);
    return {
      columns: columns.map(({ name, type }) => `${name} ${type}`),
      rows: await tables.query(sql, row),
    };
  } finally {
    await tables.close();
  }
}

describe("the prediction log", () => {
  it("has for each row when it was asked, by whom, which version answered what, of what, and how fast", async () => {
    const rows = await adults(100);
    await using at = await serving({ log: log(), now: () => new Date("2026-03-01T12:00:00.250Z") });
    const two = await versionIn(join(at.folder, "two"), "adult-columns", sibling(2));
    await at.adminAsk("PUT", "/slots/canary", { folder: two, version: "2.0.0" });
    for (let from = 0; from < 100; from += 10)
      await at.infer(
        columnsOf(rows.slice(from, from + 10)),
        from < 50 ? { "x-sticky-key": `user ${from}` } : {},
      );
    const missing = columnsOf([
      { ...rows[0], age: null as unknown as number, sex: null as unknown as string },
    ]);
    await at.infer(missing.map((input) => (input.name === "age" ? { ...input, datatype: "FP32" } : input)));
    await at.infer([{ ...columnsOf(rows)[0], data: ["nobody"] }]);
    await at.end();
    const { columns, rows: found } = await read(
      "SELECT * FROM log",
      z.looseObject({
        score: z.number().nullable(),
        key: z.string().nullable(),
        age: z.number().nullable(),
        sex: z.string().nullable(),
      }),
    );
    for (const column of [
      "time timestamp",
      "key string",
      "version string",
      "slot string",
      "latency number",
      "score number",
      "age integer",
      "sex string",
    ])
      expect(columns.join("; ")).toContain(column);
    expect(columns).toHaveLength(19);
    expect(found).toHaveLength(101);
    for (const [i, wanted] of (await expected("adult-columns")).entries()) {
      expect(found[i]?.score).toBeCloseTo(wanted, 6);
      expect(found[i]).toMatchObject({
        age: rows[i]?.age,
        sex: rows[i]?.sex,
        version: "1.0.0",
        slot: "stable",
      });
    }
    const keys = found.map(({ key }) => key);
    expect(new Set(keys.slice(0, 50)).size).toBe(5);
    expect(keys[0]).toMatch(/^[\w-]{22}$/);
    expect(new Set(keys.slice(50))).toEqual(new Set([null]));
    // What was missing is missing, though the model was told NaN and the empty text.
    expect(found[100]).toMatchObject({ age: null, sex: null });
    const { rows: times } = await read(
      "SELECT strftime(min(time), '%Y-%m-%dT%H:%M:%S.%g') AS first, count_if(latency > 0 AND latency < 10) AS n FROM log",
      z.object({ first: z.string(), n: z.int() }),
    );
    expect(times).toEqual([{ first: "2026-03-01T12:00:00.250", n: 101 }]);
  });

  it("carries a column that only it is interested in: the key by which labels come later", async () => {
    const rows = await adults(3);
    await using at = await serving({ log: log(["id", "age"]) });
    expect((await at.infer(columnsOf(rows))).status).toBe(200);
    expect((await at.infer([...columnsOf(rows), ...columnsOf(rows, ["id"])])).status).toBe(200);
    expect((await at.infer([...columnsOf(rows), ...columnsOf(rows, ["income"])])).json.field).toBe(
      "inputs[13].name",
    );
    await at.end();
    const { columns, rows: found } = await read(
      "SELECT id, age FROM log",
      z.object({ id: z.number().nullable(), age: z.number() }),
    );
    expect(columns.map((column) => column.split(" ")[0]).sort()).toEqual([
      "age",
      "id",
      "key",
      "latency",
      "score",
      "slot",
      "time",
      "version",
    ]);
    expect(found.map(({ id }) => id)).toEqual([null, null, null, 0, 1, 2]);
  });

  it("is written in files that are whole when they have their name, and its owner's alone", async () => {
    const rows = await adults(50);
    await using at = await serving({ log: log("all", 5000) });
    for (let request = 0; request < 10; request++) await at.infer(columnsOf(rows));
    await at.end();
    const names = await readdir(folder);
    expect(names.length).toBeGreaterThan(3);
    expect(names.every((name) => /^predictions-\d{8}T\d{6}\.\d{3}Z-\d+-\d+\.jsonl$/.test(name))).toBe(true);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, names[0] as string))).mode & 0o777).toBe(0o600);
    const { rows: found } = await read("SELECT count(*) AS n FROM log", z.object({ n: z.int() }));
    expect(found).toEqual([{ n: 500 }]);
  });

  it("is finished where a killed server has left half a line, and a living one's files are left alone", async () => {
    await mkdir(folder);
    const line = '{"time":"2026-03-01T12:00:00.000Z","score":0.5}\n';
    await writeFile(
      join(folder, "predictions-20260301T120000.000Z-999999999-1.jsonl.part"),
      `${line}{"time":"2026`,
    );
    const living = `predictions-20260301T120000.000Z-${process.ppid}-1.jsonl.part`;
    await writeFile(join(folder, living), "half a li");
    await using at = await serving({ log: log() });
    await at.end();
    expect((await readdir(folder)).sort()).toEqual(
      ["predictions-20260301T120000.000Z-999999999-1.jsonl", living].sort(),
    );
    expect(await readFile(join(folder, "predictions-20260301T120000.000Z-999999999-1.jsonl"), "utf8")).toBe(
      line,
    );
  });

  it("counts what it loses, and no answer waits for it", async () => {
    const rows = await adults(4);
    await using at = await serving({ log: log() });
    // As a disk that is gone: the folder is no folder any more.
    await rm(folder, { recursive: true });
    await writeFile(folder, "");
    expect((await at.infer(columnsOf(rows))).status).toBe(200);
    await at.end();
    expect(at.told).toEqual([expect.stringMatching(/^the prediction log lost 4 rows: ENOTDIR/)]);
  });

  it("refuses a column that reads like one of its own", async () => {
    const taken = serving({ log: log(["Score"]) });
    await expect(taken).rejects.toMatchObject({ code: "log-columns" });
  });

  it("refuses what it cannot keep: a folder that is none, a column that is its own", async () => {
    await writeFile(folder, "");
    await expect(serving({ log: log() })).rejects.toMatchObject({ code: "log-folder" });
    const taken = serving({ log: { ...log(["time"]), folder: join(own.path, "other") } });
    await expect(taken).rejects.toMatchObject({ code: "log-columns" });
  });
});
