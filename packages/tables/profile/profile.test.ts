import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Column, ColumnType, OpenedTable, Presence, Tables } from "@mlops-actions/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { identifier, literal, openDuckdb, type Profile, profile, profileOf } from "../index.ts";

type Value = number | string | boolean | null;

const folder = mkdtempSync(join(tmpdir(), "profile-"));
const engine = (threads: number) => openDuckdb({ memoryMb: 800, threads, tempDirectory: folder });
let one: Tables;
let four: Tables;
beforeAll(async () => {
  [one, four] = [await engine(1), await engine(4)];
});
afterAll(async () => {
  await one.close();
  await four.close();
});

const SQL_TYPE: Record<ColumnType, string> = {
  integer: "BIGINT",
  number: "DOUBLE",
  string: "VARCHAR",
  boolean: "BOOLEAN",
  date: "DATE",
  timestamp: "TIMESTAMP",
};

function presenceOf(values: readonly Value[]): Presence {
  const missing = values.filter((value) => value === null).length;
  const empty = values.filter((value) => value === "").length;
  const nan = values.filter((value) => Number.isNaN(value)).length;
  const infinite = values.filter((value) => value === Infinity || value === -Infinity).length;
  const rows = values.length;
  return { rows, missing, empty, nan, infinite, present: rows - missing - empty - nan - infinite };
}

let made = 0;
async function tableOf(
  tables: Tables,
  columns: Record<string, { type: ColumnType; values: readonly Value[] }>,
): Promise<OpenedTable> {
  made += 1;
  const name = `made ${made}`;
  const sqlOf = (value: Value) =>
    typeof value === "number" && !Number.isFinite(value) ? `'${value}'::DOUBLE` : literal(value);
  const items = Object.entries(columns).map(
    ([column, { type, values }]) =>
      `unnest([${values.map(sqlOf).join(", ")}]::${SQL_TYPE[type]}[]) AS ${identifier(column)}`,
  );
  await tables.query(`CREATE TABLE ${identifier(name)} AS SELECT ${items.join(", ")}`, z.unknown());
  const described = Object.entries(columns).map(
    ([column, { type, values }]): Column => ({ name: column, type, presence: presenceOf(values) }),
  );
  return { name, rows: described[0]?.presence.rows ?? 0, columns: described, files: [] };
}

async function profiled(
  tables: Tables,
  type: ColumnType,
  values: readonly Value[],
): Promise<Profile["reference"]["columns"][number]> {
  const table = await tableOf(tables, { x: { type, values } });
  const found = await profileOf(tables, { reference: { of: "train", table, without: [] } });
  profile.parse(found);
  return found.reference.columns[0] ?? expect.fail();
}

const repeated = <T>(value: T, times: number): T[] => Array.from({ length: times }, () => value);
const range = (n: number): number[] => Array.from({ length: n }, (_, at) => at);

describe("numbers", () => {
  it("go into a hundred bins of equally many rows", async () => {
    const found = await profiled(one, "integer", range(5000));
    if (found.kind !== "number") throw expect.fail();
    expect(found.counts).toEqual(repeated(50, 100));
    expect(found.edges.slice(0, 3)).toEqual([49.5, 99.5, 149.5]);
    expect(found.mean).toBe(2499.5);
    // Sample variance of 0..n-1 is n(n + 1) / 12.
    expect(found.sd).toBeCloseTo(Math.sqrt((5000 * 5001) / 12), 10);
    expect(found.ends).toEqual({ low: 24.5, high: 4974.5 });
  });

  it("keep equal values in one bin, however many there are", async () => {
    const found = await profiled(one, "number", [
      ...repeated(0, 900),
      ...repeated(1, 50),
      ...repeated(2, 50),
    ]);
    if (found.kind !== "number") throw expect.fail();
    expect(found.edges.slice(1, -1)).toEqual([0.5, 1.5]);
    expect(found.counts).toEqual([0, 900, 50, 50, 0]);
  });

  it("end right beside outermost values that are a crowd: what moves beyond them is seen", async () => {
    const step = 2 ** (11 - 46);
    const both = [...repeated(-4, 200), ...range(1000), ...repeated(1500, 200)];
    const found = await profiled(one, "integer", both);
    if (found.kind !== "number") throw expect.fail();
    expect([found.edges.at(0), found.edges.at(-1)]).toEqual([-4 - step, 1500 + step]);
    expect([found.counts.at(0), found.counts.at(1)]).toEqual([0, 200]);
    expect([found.counts.at(-2), found.counts.at(-1)]).toEqual([200, 0]);
    expect(await profiled(one, "number", repeated(1e300, 10))).toMatchObject({
      edges: [1e300 * (1 - Number.EPSILON), 1e300 * (1 + Number.EPSILON)],
      counts: [0, 10, 0],
    });
    expect(await profiled(one, "number", repeated(Number.MAX_VALUE, 10))).toMatchObject({ counts: [0, 10] });
    expect(await profiled(one, "date", repeated("2026-01-02", 10))).toMatchObject({
      edges: ["2026-01-01", "2026-01-02"],
      counts: [0, 10, 0],
    });
  });

  it("leave out what is missing or not finite", async () => {
    const values = [...range(20), null, null, Number.NaN, Infinity, -Infinity];
    const found = await profiled(one, "number", values);
    expect(found.presence).toEqual({ rows: 25, missing: 2, empty: 0, nan: 1, infinite: 2, present: 20 });
    expect(found).toMatchObject({ edges: [9.5], counts: [10, 10], mean: 9.5 });
  });

  it("of too few rows are counted and nothing else", async () => {
    expect(await profiled(one, "number", range(9))).toMatchObject({
      edges: [],
      counts: [9],
      mean: null,
      sd: null,
      ends: null,
    });
    expect(await profiled(one, "number", [null])).toMatchObject({ edges: [], counts: [0] });
  });

  it("have no mean where they reach further than a double", async () => {
    const found = await profiled(one, "number", [...repeated(-1.7e308, 10), ...repeated(1.7e308, 10)]);
    expect(found).toMatchObject({ counts: [0, 10, 10, 0], mean: null, sd: null });
    expect(found).toMatchObject({ edges: [expect.any(Number), 0, expect.any(Number)] });
  });

  it("may be as small as a double can be", async () => {
    const found = await profiled(one, "number", [...repeated(0, 10), ...repeated(5e-324, 10)]);
    expect(found).toMatchObject({ counts: [0, 10, 10, 0], edges: [-(2 ** -1022), 0, 2 ** -1022 + 5e-324] });
  });
});

describe("text", () => {
  it("shows the values that ten rows have, the commonest first", async () => {
    const found = await profiled(one, "string", [
      ...repeated("rare", 9),
      ...repeated("b", 10),
      ...repeated("a", 10),
      ...repeated("most", 11),
      "once",
      "",
      null,
    ]);
    expect(found).toMatchObject({
      values: [
        { value: "most", count: 11 },
        { value: "a", count: 10 },
        { value: "b", count: 10 },
      ],
      other: { count: 10, distinct: 2, singletons: 1 },
      lengths: null,
    });
  });

  it("of more than fifty values shows none, only how long they are", async () => {
    const names = range(51).flatMap((at) => repeated(`person-${at}`, 20));
    const found = await profiled(one, "string", names);
    expect(found).toMatchObject({ values: [], other: { count: 1020, distinct: 51, singletons: 0 } });
    expect(found).toMatchObject({ lengths: { counts: [0, 200, 820, 0] } });
    expect(found.kind === "category" && found.lengths?.edges.slice(1, -1)).toEqual([8.5]);
    const fifty = names.filter((name) => name !== "person-50");
    expect(await profiled(one, "string", fifty)).toMatchObject({ other: { count: 0 }, lengths: null });
  });

  it("without any value is counted and nothing else", async () => {
    const none = { values: [], other: { count: 0, distinct: 0, singletons: 0 }, lengths: null };
    expect(await profiled(one, "string", [null, ""])).toMatchObject(none);
    expect(await profiled(one, "boolean", [null])).toMatchObject(none);
  });

  it("is counted like any other where it is true and false", async () => {
    const found = await profiled(one, "boolean", [...repeated(true, 12), ...repeated(false, 9), null]);
    expect(found).toMatchObject({
      values: [{ value: "true", count: 12 }],
      other: { count: 9, distinct: 1, singletons: 0 },
    });
  });
});

describe("dates", () => {
  it("go into bins of days", async () => {
    const days = (month: string) => range(20).map((at) => `${month}-${String(at + 1).padStart(2, "0")}`);
    const found = await profiled(one, "date", [...days("2024-02"), ...days("1969-12")]);
    if (found.kind !== "date") throw expect.fail();
    expect(found.counts).toEqual([10, 10, 10, 10]);
    expect(found.edges).toEqual(["1969-12-10", "1997-01-10", "2024-02-10"]);
    const times = await profiled(
      one,
      "timestamp",
      days("2024-02").map((day) => `${day} 23:59:59`),
    );
    expect(times).toMatchObject({ edges: ["2024-02-10"], counts: [10, 10] });
  });
});

describe("a profile", () => {
  const number = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1000),
    fc.constantFrom(Number.NaN, Infinity, null),
  );
  const few: fc.Arbitrary<number | null> = fc.integer({ min: -3, max: 3 });
  const numbers = fc.oneof(
    fc.array(number, { minLength: 1, maxLength: 400 }),
    fc.array(few, { minLength: 1, maxLength: 100 }),
  );

  it("counts every present row once, in bins of ten at least, whose edges are nobody's value", async () => {
    await fc.assert(
      fc.asyncProperty(numbers, async (values) => {
        const found = await profiled(one, "number", values);
        if (found.kind !== "number") throw expect.fail();
        const { edges, counts, presence } = found;
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(presence.present);
        expect(counts).toHaveLength(edges.length + 1);
        expect(edges).toEqual([...edges].sort((a, b) => a - b));
        const isEmptyOutside = (at: number) => counts[at] === 0 && (at === 0 || at === edges.length);
        const filled = counts.filter((_, at) => !isEmptyOutside(at));
        if (edges.length > 0) expect(Math.min(...filled)).toBeGreaterThanOrEqual(10);
        const finite = values.filter((value): value is number => Number.isFinite(value));
        const counted = [...edges, Infinity].map(
          (edge, at) =>
            finite.filter((value) => value <= edge && value > (edges[at - 1] ?? -Infinity)).length,
        );
        expect(counts).toEqual(counted);
        for (const edge of edges) expect(finite).not.toContain(edge);
      }),
      { numRuns: 60 },
    );
  });

  it("never has a value of fewer than ten rows, nor an end beyond which fewer lie", async () => {
    const value = fc.integer({ min: 0, max: 999 }).map((at) => `value-${String(at).padStart(3, "0")}`);
    const words = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(words, numbers, async (counted, values) => {
        const texts = counted.flatMap(([text, times]) => repeated(text, times));
        const text = JSON.stringify(await profiled(one, "string", texts));
        for (const seen of new Set(texts))
          if (texts.filter((other) => other === seen).length < 10) expect(text).not.toContain(seen);
        const found = await profiled(one, "number", values);
        if (found.kind !== "number" || found.ends === null) return;
        const { low, high } = found.ends;
        const finite = values.filter((one): one is number => Number.isFinite(one));
        expect(finite.filter((one) => one <= low).length).toBeGreaterThanOrEqual(10);
        expect(finite.filter((one) => one >= high).length).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 60 },
    );
  });

  it("is the same bytes for any order of rows and number of threads", async () => {
    const rows = 200_000;
    const pseudo = (tables: Tables, name: string, order: string) =>
      tables.query(
        `CREATE TABLE ${name} AS SELECT CAST(hash(i) % 100003 AS DOUBLE) / 7 AS x, 'v' || (hash(i, 1) % 30) AS word, DATE '2020-01-01' + CAST(hash(i, 2) % 900 AS INTEGER) AS day FROM range(${rows}) AS r(i) ORDER BY ${order}`,
        z.unknown(),
      );
    const presence = { rows, missing: 0, empty: 0, nan: 0, infinite: 0, present: rows };
    const columns = [
      { name: "x", type: "number", presence },
      { name: "word", type: "string", presence },
      { name: "day", type: "date", presence },
    ] as const;
    const of = async (tables: Tables, name: string, order: string) => {
      await pseudo(tables, name, order);
      const table = { name, rows, columns, files: [] };
      const reference = { of: "train", table, without: [] } as const;
      return JSON.stringify(await profileOf(tables, { reference, predictions: undefined }));
    };
    const first = await of(one, "ordered", "i");
    expect(await of(four, "ordered", "i")).toBe(first);
    expect(await of(four, "shuffled", "hash(i, 3)")).toBe(first);
    expect(JSON.parse(first).reference.columns).toHaveLength(3);
  });

  it("leaves out the columns it is told to, and has the predictions beside the data", async () => {
    const table = await tableOf(one, {
      id: { type: "string", values: repeated("only-one-key", 20) },
      age: { type: "integer", values: range(20) },
    });
    const answers = await tableOf(one, { score: { type: "number", values: range(20) } });
    const found = await profileOf(one, {
      reference: { of: "test", table, without: ["id"] },
      predictions: { table: answers, without: [] },
    });
    expect(found.reference.columns.map(({ name }) => name)).toEqual(["age"]);
    expect(found.predictions?.columns.map(({ name }) => name)).toEqual(["score"]);
    expect(JSON.stringify(found)).not.toContain("only-one-key");
  });
});
