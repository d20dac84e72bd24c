import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ColumnType, OpenedTable, Tables } from "@mlops-actions/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { cellCounts, identifier, openDuckdb, profileOf } from "../index.ts";

let tables: Tables;
beforeAll(async () => {
  const tempDirectory = mkdtempSync(join(tmpdir(), "cells-"));
  tables = await openDuckdb({ memoryMb: 500, threads: 2, tempDirectory });
});
afterAll(() => tables.close());

let made = 0;
/** The rows of a SELECT, as a reader would have opened them. */
async function table(select: string, columns: Record<string, ColumnType>): Promise<OpenedTable> {
  made++;
  const name = `made ${made}`;
  await tables.query(`CREATE TABLE ${identifier(name)} AS ${select}`, z.unknown());
  const [row] = await tables.query(`SELECT count(*) AS n FROM ${identifier(name)}`, z.object({ n: z.int() }));
  const rows = row?.n ?? 0;
  const none = { missing: 0, empty: 0, nan: 0, infinite: 0 };
  return {
    name,
    rows,
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      presence: { rows, ...none, present: rows },
    })),
    files: [],
  };
}
const TYPES = {
  x: "number",
  whole: "integer",
  word: "string",
  name: "string",
  flag: "boolean",
  day: "date",
} as const;
const SELECT = `SELECT i * 0.1 AS x, CAST(i % 7 AS BIGINT) AS whole, 'w' || (i % 5) AS word, 'n' || repeat('x', CAST(i % 9 AS INTEGER)) || i AS name,
  i % 3 = 0 AS flag, DATE '2026-01-01' + CAST(i AS INTEGER) AS day FROM range(500) r(i)`;

async function counted(select: string, types: Record<string, ColumnType> = TYPES, divided = {}) {
  const reference = await table(SELECT, TYPES);
  const profile = await profileOf(tables, { reference: { of: "train", table: reference, without: [] } });
  const current = await table(select, types);
  const found = await cellCounts(tables, current.name, {
    columns: profile.reference.columns,
    types,
    divided,
  });
  return { columns: profile.reference.columns, of: (name: string) => found.find((one) => one.name === name) };
}

describe("other rows in the cells of a profile", () => {
  it("are the profile's own counts where they are its own rows", async () => {
    const { columns, of } = await counted(SELECT);
    for (const column of columns) {
      const own =
        column.kind !== "category"
          ? column.counts
          : (column.lengths?.counts ?? [...column.values.map(({ count }) => count), column.other.count]);
      expect(of(column.name)?.counts, column.name).toEqual(own);
    }
  });

  it("fall into the outer cells, and into the heap of other values", async () => {
    const { of } = await counted(
      `SELECT -1e9 AS x, 100 AS whole, 'new' AS word, 'n' AS name, NULL::BOOLEAN AS flag, DATE '1900-01-01' AS day FROM range(3)`,
    );
    expect(of("x")?.counts?.[0]).toBe(3);
    expect(of("whole")?.counts?.at(-1)).toBe(3);
    expect(of("word")?.counts).toEqual([0, 0, 0, 0, 0, 3]);
    expect(of("flag")).toMatchObject({ counts: [0, 0, 0], presence: { rows: 3, missing: 3, present: 0 } });
    expect(of("day")?.counts?.[0]).toBe(3);
  });

  it("leave out what is missing, empty or not finite, and say how much that was", async () => {
    const { of } = await counted(
      `SELECT CASE WHEN i < 2 THEN NULL WHEN i < 5 THEN 'nan'::DOUBLE WHEN i < 6 THEN 'inf'::DOUBLE ELSE 1 END AS x, CAST(NULL AS BIGINT) AS whole,
        CASE WHEN i < 4 THEN '' ELSE 'w1' END AS word, 'n' AS name, true AS flag, DATE '2026-02-01' AS day FROM range(10) r(i)`,
    );
    expect(of("x")?.presence).toEqual({ rows: 10, missing: 2, empty: 0, nan: 3, infinite: 1, present: 4 });
    expect(of("x")?.counts?.reduce((sum, count) => sum + count)).toBe(4);
    expect(of("whole")?.counts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(of("word")).toMatchObject({ presence: { empty: 4, present: 6 }, counts: [0, 6, 0, 0, 0, 0] });
  });

  it("may be in another unit", async () => {
    const { columns, of } = await counted(SELECT.replace("i * 0.1", "i * 100"), TYPES, { x: 1000 });
    const [x] = columns;
    expect(x?.kind === "number" && of("x")?.counts).toEqual(x?.kind === "number" && x.counts);
  });

  it("that no distribution has so far away are told, since the outermost bins have no end", async () => {
    const { of } = await counted(
      "SELECT 2.0 AS x, CAST(900 AS BIGINT) AS whole, 'w1' AS word, 'n' AS name, true AS flag, DATE '2026-02-01' AS day FROM range(3)",
    );
    expect([of("x")?.far, of("whole")?.far, of("word")?.far]).toEqual([0, 3, null]);
  });

  it("are none where a column holds another kind of values; codes of digits are text all the same", async () => {
    const other = { ...TYPES, x: "string", word: "integer" } as const;
    const { of } = await counted(SELECT.replace("i * 0.1", "'a'").replace("'w' || (i % 5)", "i % 5"), other);
    expect(of("x")?.counts).toBeNull();
    expect(of("word")?.counts?.at(-1)).toBe(500);
  });
});
