import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ColumnType, OpenedTable, Tables } from "@mlops-actions/core";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  brokenValues,
  conflicts,
  type Demand,
  distinct,
  keysOf,
  meanOf,
  openDuckdb,
  overlap,
  type Rule,
  refusePattern,
  sampleBroken,
  scan,
} from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "check-"));
let tables: Tables;
beforeAll(async () => {
  tables = await openDuckdb({ memoryMb: 800, threads: 2, tempDirectory: folder });
});
afterAll(() => tables.close());

let made = 0;
async function table(
  csv: string,
  types: Record<string, ColumnType> = {},
  into = tables,
): Promise<OpenedTable> {
  const name = `t${++made}`;
  writeFileSync(join(folder, `${name}.csv`), csv);
  return into.open(name, { files: [join(folder, `${name}.csv`)], label: `${name}.csv`, types });
}

function rule(opened: OpenedTable, name: string, demand: Demand, type?: ColumnType): Rule {
  const column = opened.columns.find((one) => one.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return { column, type, demand };
}

/** The rows, from 1, that break the rule: as they are counted, and as they are named. */
async function broken(
  opened: OpenedTable,
  demand: Demand,
  type?: ColumnType,
  column = "x",
): Promise<number[]> {
  const breaking = rule(opened, column, demand, type);
  const [told] = await scan(tables, opened, [{ kind: "broken", rule: breaking }]);
  const [rows] = await sampleBroken(tables, { table: opened.name, columns: opened.columns, most: 1000 }, [
    { rule: breaking },
  ]);
  expect(told).toEqual({ value: rows?.length, n: opened.rows });
  return rows ?? [];
}

const csv = (...values: string[]) => `i,x\n${values.map((value, i) => `${i},${value}\n`).join("")}`;

it.each<[string, string[], Demand, ColumnType | undefined, number[]]>([
  ["a missing integer", ["1", "", "3"], { kind: "missing" }, undefined, [2]],
  ["a missing number, NaN as well", ["1.5", "nan", "", "inf"], { kind: "missing" }, undefined, [2, 3]],
  ["a missing text, the empty one as well", ["a", '""', "", "b"], { kind: "missing" }, undefined, [2, 3]],
  ["nan in a text that should be a number", ["1", "nan", "x"], { kind: "missing" }, "number", [2]],
  ["a text that is no integer", ["1", "2.5", "x", "", "1e3", "4"], { kind: "type" }, "integer", [2, 3, 5]],
  ["a fraction in a column of integers", ["1", "2.5", "3.0", "inf"], { kind: "type" }, "integer", [2, 4]],
  ["infinity in a column of numbers", ["1", "2.5", "-inf", "nan"], { kind: "type" }, "number", [3]],
  ["a number where a text is wanted", ["1", "2", "", "3"], { kind: "type" }, "string", [1, 2, 4]],
  ["a day that does not exist", ["2024-02-29", "2023-02-29", "x", ""], { kind: "type" }, "date", [2, 3]],
  ["a time in a column of dates", ["2024-02-29 00:00", "2024-02-29 00:01"], { kind: "type" }, "date", [2]],
  ["neither true nor false", ["true", "no", "2", "1"], { kind: "type" }, "boolean", [3]],
  ["a number below", ["15", "16", "17", ""], { kind: "min", limit: 16 }, undefined, [1]],
  [
    "a number above, infinity as well",
    ["1.5", "1.6", "inf", "nan", ""],
    { kind: "max", limit: 1.5 },
    undefined,
    [2, 3],
  ],
  ["a text read as a number, above", ["15", "x", "17"], { kind: "max", limit: 16 }, "number", [3]],
  ["a day before", ["2019-12-31", "2020-01-01", ""], { kind: "min", limit: "2020-01-01" }, "date", [1]],
  [
    "a time after",
    ["2020-01-01 10:00", "2020-01-01 10:01"],
    { kind: "max", limit: "2020-01-01 10:00" },
    "timestamp",
    [2],
  ],
  [
    "a text that is none of them",
    ["a", "b", "c", "", "A"],
    { kind: "values", values: ["a", "b"] },
    undefined,
    [3, 5],
  ],
  ["a number that is none of them", ["1", "2", "3", ""], { kind: "values", values: [1, 3] }, undefined, [2]],
  [
    "a text of digits that is none of them",
    ["1", "2", "x"],
    { kind: "values", values: ["1", "x"] },
    undefined,
    [2],
  ],
  ["true that is not allowed", ["true", "false", "true"], { kind: "values", values: [true] }, undefined, [2]],
  [
    "half of a text that matches",
    ["ab", "abc", "b", ""],
    { kind: "pattern", pattern: "a?b" },
    undefined,
    [2],
  ],
  ["more than one line", ["ab", '"ab\nab"'], { kind: "pattern", pattern: "ab" }, undefined, [2]],
  [
    "too short by characters, not bytes",
    ["äöü", "äö", ""],
    { kind: "min_length", length: 3 },
    undefined,
    [2],
  ],
  ["too long by characters, not bytes", ["äöü", "äöüß"], { kind: "max_length", length: 3 }, undefined, [2]],
])("breaks a rule: %s", async (_, values, demand, type, rows) => {
  expect(await broken(await table(csv(...values)), demand, type)).toEqual(rows);
});

it("counts exactly what a plain reading of the rules counts, whatever the values", async () => {
  const cell = fc.oneof(
    fc.integer({ min: -30, max: 30 }).map(String),
    fc.constant(""),
    fc.constantFrom("a", "bb", "b", "7x", "nan"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -20, max: 20 }),
      async (cells, limit) => {
        // The text keeps the column from being one of numbers.
        const opened = await table(csv(...cells, "text"));
        const present = cells
          .map((value, i) => ({ value, row: i + 1 }))
          .filter(({ value }) => value !== "" && value !== "nan");
        const numbers = present.filter(({ value }) => /^-?\d+$/.test(value));
        const rows = (found: { row: number }[]) => found.map(({ row }) => row);
        const last = cells.length + 1;
        expect(await broken(opened, { kind: "type" }, "number")).toEqual([
          ...rows(present.filter((one) => !numbers.includes(one))),
          last,
        ]);
        expect(await broken(opened, { kind: "max", limit }, "number")).toEqual(
          rows(numbers.filter(({ value }) => Number(value) > limit)),
        );
        expect(await broken(opened, { kind: "missing" }, "number")).toEqual(
          cells.flatMap((value, i) => (value === "" || value === "nan" ? [i + 1] : [])),
        );
      },
    ),
    { numRuns: 25 },
  );
});

it("names the same rows of a table in any order, on any number of threads", async () => {
  const four = await openDuckdb({ memoryMb: 800, threads: 4, tempDirectory: folder });
  try {
    // More than one row group, which is what threads share.
    const values = Array.from({ length: 130_000 }, (_, i) => `${i},${(i * 7919) % 1009}`);
    const shuffled = values.toSorted(
      (a, b) =>
        ((a.length * 31 + a.charCodeAt(2)) % 7) - ((b.length * 31 + b.charCodeAt(2)) % 7) || (a < b ? 1 : -1),
    );
    const named = async (lines: string[], engine: Tables) => {
      const opened = await table(`i,x\n${lines.join("\n")}\n`, {}, engine);
      const breakable = { rule: rule(opened, "x", { kind: "max", limit: 1000 }) };
      const request = { table: opened.name, columns: opened.columns, most: 5 };
      const [rows = []] = await sampleBroken(engine, request, [breakable]);
      const keys = await keysOf(engine, request, ["i"], rows);
      return {
        keys: rows.map((row) => keys.get(row)).toSorted(),
        rows,
        values: await brokenValues(engine, request, breakable),
      };
    };
    const one = await named(values, tables);
    expect(one.keys).toHaveLength(5);
    expect(await named(values, four)).toEqual(one);
    const other = await named(shuffled, four);
    expect(other.rows).not.toEqual(one.rows);
    expect([other.keys, other.values]).toEqual([one.keys, one.values]);
  } finally {
    await four.close();
  }
});

it("names rows by their place in the file, and what breaks a rule by how often", async () => {
  const opened = await table("i,x\n1,a\n2,b\n3,b\n4,c\n5,a\n6,b\n");
  const breakable = { rule: rule(opened, "x", { kind: "values", values: ["a"] }) };
  const request = { table: opened.name, columns: opened.columns, most: 3 };
  const twice = { unique: opened.columns.filter(({ name }) => name === "x") };
  const [rows, repeated] = await sampleBroken(tables, { ...request, most: 9 }, [breakable, twice]);
  expect(rows).toEqual([2, 3, 4, 6]);
  expect(repeated).toEqual([1, 2, 3, 5, 6]);
  expect(await sampleBroken(tables, request, [breakable])).toMatchObject([{ length: 3 }]);
  expect(await brokenValues(tables, request, breakable)).toEqual([
    { value: "b", rows: 3 },
    { value: "c", rows: 1 },
  ]);
  expect(await sampleBroken(tables, request, [])).toEqual([]);
});

it("names rows that stand in another table, and rows of columns that are called as the engine calls its own", async () => {
  const first = await table("id,user\n1,a\n2,b\n");
  const second = await table("user,id,rowid,p0,position\na,7,5,x,1\nb,1,5,x,1\nc,x2,5,y,1\n,1,9,y,2\n");
  const columns = (opened: OpenedTable, ...names: string[]) =>
    names.flatMap((name) => opened.columns.find((one) => one.name === name) ?? []);
  const request = { table: second.name, columns: second.columns, most: 9 };
  const absent = (...names: string[]) => ({
    absent: columns(second, ...names),
    from: { table: first.name, columns: columns(first, ...names) },
  });
  const rules = [absent("id"), absent("user", "id"), absent("user"), { unique: columns(second, "p0") }];
  expect(await sampleBroken(tables, request, rules)).toEqual([[2, 4], [], [1, 2], [1, 2, 3, 4]]);
  const keys = await keysOf(tables, request, ["position", "rowid"], [1, 4]);
  expect([...keys]).toEqual([
    [1, "1, 5"],
    [4, "2, 9"],
  ]);
});

it("tells rows, missing values, quantiles and the newest time in one pass, each with what it is of", async () => {
  const opened = await table(
    "g,x,day\na,1,2024-01-01\na,2,2024-03-01\nb,10,2024-02-01\nb,,\nb,4,2031-01-01\n",
  );
  const of = (name: string) => ({ column: rule(opened, name, { kind: "type" }).column, type: undefined });
  const where = [{ column: "g", op: "=", value: "b" }] as const;
  const until = Date.UTC(2026, 0, 1) * 1000;
  const none = [{ column: "g", op: "=", value: "c" }] as const;
  const told = await scan(tables, opened, [
    { kind: "rows", where: [] },
    { kind: "rows", where },
    { kind: "missing", of: of("x"), where: [] },
    { kind: "missing", of: of("x"), where },
    { kind: "quantile", of: of("x"), q: 0.5, where: [] },
    { kind: "quantile", of: of("x"), q: 0.5, where: none },
    { kind: "newest", of: of("day"), until, where: [] },
    { kind: "newest", of: of("day"), until, where: none },
  ]);
  expect(told).toEqual([
    { value: 5, n: 5 },
    { value: 3, n: 5 },
    { value: 1, n: 5 },
    { value: 1, n: 3 },
    { value: 3, n: 4 },
    { value: null, n: 0 },
    { value: Date.UTC(2024, 2, 1) * 1000, n: 3 },
    { value: null, n: 0 },
  ]);
  expect(await meanOf(tables, opened.name, of("x"), [])).toEqual({ value: 4.25, n: 4 });
  expect(await meanOf(tables, opened.name, of("x"), none)).toEqual({ value: null, n: 0 });
});

it("counts different values, of several columns together, and whole rows", async () => {
  const opened = await table("a,b\n1,x\n1,x\n1,y\n2,\n2,\n,x\n");
  const columns = (...names: string[]) => opened.columns.filter(({ name }) => names.includes(name));
  const counted = await distinct(tables, opened.name, [
    { columns: columns("a"), missing: "none", where: [] },
    { columns: columns("a", "b"), missing: "none", where: [] },
    { columns: columns("a", "b"), missing: "equal", where: [] },
    { columns: columns("a", "b"), missing: "equal", where: [{ column: "a", op: "=", value: 2 }] },
  ]);
  expect(counted).toEqual([
    { rows: 5, distinct: 2 },
    { rows: 3, distinct: 2 },
    { rows: 6, distinct: 4 },
    { rows: 2, distinct: 1 },
  ]);
});

it("counts rows of the second table that stand in the first: by key, by value, as whole rows", async () => {
  const first = await table("id,user,x\n1,a,5\n2,b,6\n3,,7\n");
  const second = await table("id,user,x\n1,a,5.0\n1,b,9\n4,c,6\n,,7\n7,,7\n");
  const side = (opened: OpenedTable, ...names: string[]) => ({
    table: opened.name,
    columns: opened.columns.filter(({ name }) => names.includes(name)),
  });
  const by = (...names: string[]) => ({ first: side(first, ...names), second: side(second, ...names) });
  expect(await overlap(tables, { ...by("id"), missing: "none" })).toEqual({ value: 2, n: 4 });
  expect(await overlap(tables, { ...by("user"), missing: "none" })).toEqual({ value: 2, n: 3 });
  expect(await overlap(tables, { ...by("user", "x"), missing: "equal" })).toEqual({ value: 3, n: 5 });
  const text = await table("id\nx1\n1\n");
  expect(
    await overlap(tables, { first: side(first, "id"), second: side(text, "id"), missing: "none" }),
  ).toEqual({
    value: 1,
    n: 2,
  });
});

it("counts rows that share their features with a row of another label", async () => {
  const opened = await table("a,b,y\n1,x,0\n1,x,1\n1,x,1\n2,x,0\n2,,0\n2,,1\n3,x,\n3,x,1\n");
  const features = opened.columns.slice(0, 2);
  const label = rule(opened, "y", { kind: "type" }).column;
  expect(await conflicts(tables, opened.name, features, label)).toEqual({ value: 5, n: 7 });
  expect(await conflicts(tables, opened.name, opened.columns.slice(0, 1), label)).toEqual({ value: 6, n: 7 });
});

it("matches in time that is linear in the text, and says what it cannot read", async () => {
  const opened = await table(csv(`${"a".repeat(1_000_000)}!`, "aaa"));
  const began = performance.now();
  expect(await broken(opened, { kind: "pattern", pattern: "^(a+)+$" })).toEqual([1]);
  expect(performance.now() - began).toBeLessThan(5000);
  await refusePattern(tables, "[A-Z]{2}\\d+", { file: "mlops.yml" });
  await expect(refusePattern(tables, "(?=a)b", { file: "mlops.yml", line: 3 })).rejects.toMatchObject({
    code: "bad-pattern",
    at: { line: 3 },
  });
  await expect(refusePattern(tables, "a(", { file: "mlops.yml" })).rejects.toThrow("cannot be read");
});

it("takes names, values and patterns as text, whatever is written in them", async () => {
  const hostile = `x"; DROP TABLE t; --`;
  const opened = await table(`i,"${hostile.replaceAll('"', '""')}"\n1,a\n2,'; DROP TABLE t; --\n`);
  const values = ["a", "'; DROP TABLE t; --"];
  expect(await broken(opened, { kind: "values", values }, undefined, hostile)).toEqual([]);
  expect(await broken(opened, { kind: "values", values: ["a"] }, undefined, hostile)).toEqual([2]);
  expect(await broken(opened, { kind: "pattern", pattern: "a|'.*" }, undefined, hostile)).toEqual([]);
});
