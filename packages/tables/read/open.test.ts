import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenedTable, TableSource, Tables } from "@mlops-actions/core";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { openDuckdb } from "../duckdb.ts";

const folder = mkdtempSync(join(tmpdir(), "open-"));
let tables: Tables;
beforeAll(async () => {
  tables = await openDuckdb({ memoryMb: 512, threads: 2, tempDirectory: folder });
});
afterAll(() => tables.close());

let opened = 0;
async function read(name: string, content: string | Buffer, extra: Partial<TableSource> = {}) {
  opened += 1;
  const path = join(folder, String(opened));
  mkdirSync(path);
  writeFileSync(join(path, name), content);
  const table = await tables.open(`t${opened}`, { files: [join(path, name)], label: name, ...extra });
  return { table, rows: await tables.query(`SELECT * FROM t${opened}`, z.record(z.string(), z.unknown())) };
}
const types = (table: OpenedTable) => Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));

it("infers a column's type from all of its values", async () => {
  const { table } = await read(
    "f.csv",
    "i,n,b,d,t,s,zip,id,e\n1,1,true,2024-01-01,2024-01-01 10:00:00,1,00123,9007199254740993,\n-2,1e3,False,2024-02-29,2024-01-01,x,10115,1,\n",
  );
  expect(types(table)).toEqual({
    i: "integer",
    n: "number",
    b: "boolean",
    d: "date",
    t: "timestamp",
    s: "string",
    // Leading zeros, and whole numbers that a double cannot hold, would be lost as numbers.
    zip: "string",
    id: "string",
    e: "string",
  });
});

it("makes one text value among a million numbers a text column, wherever it stands", async () => {
  const { table } = await read("f.csv", `a\n${"1\n".repeat(50_000)}x\n`);
  expect(types(table)).toEqual({ a: "string" });
});

it("takes declared types, marks for missing and names", async () => {
  const { table, rows } = await read("f.csv", " 1, NA , yes\n ?, 2.0 , 0\n", {
    names: ["a", "b", "c"],
    missing: ["?", "NA"],
    types: { a: "string", b: "number", c: "boolean" },
  });
  expect(types(table)).toEqual({ a: "string", b: "number", c: "boolean" });
  expect(rows).toEqual([
    { a: "1", b: null, c: true },
    { a: null, b: 2, c: false },
  ]);
});

it("declares nothing of a column that is called as every object's own properties are", async () => {
  const declared = { types: { constructor: "string", b: "string" } } as const;
  const { table } = await read("f.csv", "toString,valueOf,constructor,b\n1,x,2,3\n", declared);
  expect(types(table)).toEqual({
    toString: "integer",
    valueOf: "string",
    constructor: "string",
    b: "string",
  });
  const lines = await read("f.jsonl", '{"toString":1,"b":"3"}\n', { types: { b: "string" } });
  expect(types(lines.table)).toEqual({ toString: "integer", b: "string" });
});

it("reads times in their zone as UTC", async () => {
  const { rows } = await read(
    "f.csv",
    "t\n2024-01-01T10:00:00+02:00\n2024-01-01 10:00:00Z\n2024-01-01 10:00\n",
  );
  expect(rows.map(({ t }) => t)).toEqual([
    "2024-01-01 08:00:00",
    "2024-01-01 10:00:00",
    "2024-01-01 10:00:00",
  ]);
});

it("leaves out a byte order mark, CRLF and blank lines", async () => {
  const { rows } = await read("f.csv", "\ufeffa,b\r\n\r\n1,2\r\n3,4\n\n\r\n");
  expect(rows).toEqual([
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ]);
});

it("reads JSON lines with keys that some lines lack, and nested values as their text", async () => {
  const { table, rows } = await read(
    "f.jsonl",
    '{"a": 1, "s": "5"}\n{"a": 2.5, "s": "x", "n": {"k": [1]}}\n\n',
  );
  expect(types(table)).toEqual({ a: "number", n: "string", s: "string" });
  expect(rows).toEqual([
    { a: 1, n: null, s: "5" },
    { a: 2.5, n: '{"k":[1]}', s: "x" },
  ]);
});

it("reads every Parquet type as one of six", async () => {
  const path = new URL("./testdata/every-type.parquet", import.meta.url).pathname;
  const table = await tables.open("every", { files: [path], label: "every-type.parquet" });
  expect(types(table)).toMatchObject({ small: "integer", big: "integer", single: "number", exact: "number" });
  expect(types(table)).toMatchObject({
    truth: "boolean",
    day: "date",
    moment: "timestamp",
    fine: "timestamp",
  });
  expect(types(table)).toMatchObject({
    items: "string",
    nested: "string",
    bytes: "string",
    id: "string",
    clock: "string",
  });
  const [row] = await tables.query("SELECT * EXCLUDE (wide) FROM every", z.record(z.string(), z.unknown()));
  expect(row).toMatchObject({
    moment: "2024-02-29 10:00:00",
    items: "[1,2]",
    nested: '{"a":1,"b":"x"}',
    bytes: "6162",
  });
});

it("gives back any text that a CSV writer has quoted, and as many rows", async () => {
  const value = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.includes("\0"));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), async (records) => {
      const quoted = (text: string) => `"${text.toWellFormed().replaceAll('"', '""')}"`;
      const content = `a,b\n${records.map((record) => record.map(quoted).join(",")).join("\n")}\n`;
      const { rows } = await read("f.csv", content, { types: { a: "string", b: "string" } });
      expect(rows.map(({ a, b }) => [a, b])).toEqual(
        records.map((record) => record.map((text) => text.toWellFormed())),
      );
    }),
    { numRuns: 60 },
  );
});
