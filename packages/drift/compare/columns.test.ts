import { tmpdir } from "node:os";
import type { Column, OpenedTable } from "@mlops-actions/core";
import { xoshiro256 } from "@mlops-actions/statistics";
import { openDuckdb, profileOf } from "@mlops-actions/tables";
import { expect, test } from "vitest";
import { z } from "zod";
import { compareColumns } from "./columns.ts";

const NUMBERS = 60;

test("a change of categories that is drawn can be found among many columns and their kinds of missing values", async () => {
  const tables = await openDuckdb({ memoryMb: 500, threads: 2, tempDirectory: tmpdir() });
  try {
    const numbers = Array.from({ length: NUMBERS }, (_, at) => `n${at}`);
    const items = numbers.map(
      (name, at) =>
        `CASE WHEN (i * 31 + ${at * 17}) % 53 = 0 THEN NULL WHEN (i * 37 + ${at}) % 71 = 0 THEN 'nan'::DOUBLE ELSE ((i * 7919 + ${at * 104_729}) % 1009) / 10 END AS ${name}`,
    );
    const of = async (name: string, values: number, rows: number): Promise<OpenedTable> => {
      await tables.query(
        `CREATE TABLE ${name} AS SELECT 'v' || (i % ${values}) AS word, ${items.join(", ")} FROM range(${rows}) r(i)`,
        z.unknown(),
      );
      const [first] = await tables.query(
        `SELECT ${numbers.map((one) => `count(*) - count(${one}) AS m${one}, count_if(isnan(${one})) AS x${one}`).join(", ")} FROM ${name}`,
        z.record(z.string(), z.int()),
      );
      const columns = ["word", ...numbers].map((one): Column => {
        const [missing, nan] = [first?.[`m${one}`] ?? 0, first?.[`x${one}`] ?? 0];
        const presence = { rows, missing, empty: 0, nan, infinite: 0, present: rows - missing - nan };
        return { name: one, type: one === "word" ? "string" : "number", presence };
      });
      return { name, rows, columns, files: [] };
    };
    const table = await of("before", 40, 3_000);
    const { reference } = await profileOf(tables, { reference: { of: "train", table, without: [] } });
    await of("after", 12, 120);
    const { columns } = await compareColumns(tables, {
      columns: reference.columns,
      answers: [],
      important: () => true,
      from: "after",
      types: Object.fromEntries(table.columns.map(({ name, type }) => [name, type])),
      random: xoshiro256(1n),
    });
    const tests = columns.reduce((sum, { missing }) => sum + missing.length, columns.length);
    expect(tests).toBe(NUMBERS * 3 + 1);
    const [word, ...others] = columns;
    expect(word).toMatchObject({ name: "word", distribution: { measure: "total-variation" } });
    expect(word?.distribution?.distance).toBeCloseTo(0.7, 2);
    expect(word?.distribution?.q).toBeLessThan(0.01);
    expect(word?.severity).toBe("severe");
    expect(others.map(({ severity }) => severity)).not.toContain("severe");
  } finally {
    await tables.close();
  }
}, 60_000);
