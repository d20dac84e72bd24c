import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TableSource, Tables } from "@mlops-actions/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckdb } from "../duckdb.ts";

const repository = new URL("../../../", import.meta.url).pathname;
const shared = new URL("../../../../shared/data/", import.meta.url).pathname;
let tables: Tables;
beforeAll(async () => {
  tables = await openDuckdb({
    memoryMb: 1000,
    threads: 2,
    tempDirectory: mkdtempSync(join(tmpdir(), "shared-")),
  });
});
afterAll(() => tables.close());

const adult =
  "age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain capital_loss hours_per_week native_country income".split(
    " ",
  );
const wine =
  "fixed_acidity volatile_acidity citric_acid residual_sugar chlorides free_sulfur_dioxide total_sulfur_dioxide density pH sulphates alcohol quality".split(
    " ",
  );
const has = existsSync(shared);
const open = (file: string, how: Partial<TableSource> = {}) =>
  tables.open(file, { files: [join(shared, file)], label: file, ...how });
const typed = (columns: readonly { name: string; type: string }[], type: string) =>
  columns.filter((column) => column.type === type).map(({ name }) => name);

describe.skipIf(!has)(
  "the public tables, as their sources publish them (skipped: not beside the repository)",
  () => {
    it("adult: no header, a space before each value, ? for missing, a blank line at the end", async () => {
      const train = await open("adult-train.csv", { names: adult, missing: ["?"] });
      expect(train.rows).toBe(32_561);
      expect(typed(train.columns, "integer")).toEqual(
        "age fnlwgt education_num capital_gain capital_loss hours_per_week".split(" "),
      );
      const missing = train.columns.filter(({ presence }) => presence.missing > 0);
      // Counts of the source's own description, adult.names.
      expect(missing.map(({ name, presence }) => [name, presence.missing])).toEqual([
        ["workclass", 1836],
        ["occupation", 1843],
        ["native_country", 583],
      ]);
      expect((await open("adult-test.csv", { names: adult, missing: ["?"] })).rows).toBe(16_281);
    });

    it("bike: dates, CRLF and two blank lines between the records", async () => {
      const bike = await open("bike-sharing-hour.csv");
      expect(bike.rows).toBe(17_379);
      expect(typed(bike.columns, "date")).toEqual(["dteday"]);
      expect(typed(bike.columns, "number")).toEqual(["temp", "atemp", "hum", "windspeed"]);
    });

    it("wine: no header, two files of one shape", async () => {
      const both = await tables.open("wine", {
        files: ["winequality-red.csv", "winequality-white.csv"].map((name) => join(shared, name)),
        names: wine,
        label: "winequality-*.csv",
      });
      expect(both.rows).toBe(1599 + 4898);
      expect(both.files.map(({ name }) => name)).toEqual(["winequality-red.csv", "winequality-white.csv"]);
      expect(typed(both.columns, "string")).toEqual([]);
    });

    it("penguins: empty fields are missing", async () => {
      const penguins = await open("penguins.csv");
      expect(penguins.rows).toBe(344);
      expect(penguins.columns.map(({ presence }) => presence.missing)).toEqual([0, 0, 2, 2, 2, 2, 11]);
    });
  },
);

describe("the examples' tables", () => {
  const files = [
    ["census-income/data/test.csv", 16_281],
    ["census-income/data/train.parquet", 32_561],
    ["census-income/predictions/candidate.csv", 16_281],
    ["bike-demand/predictions/candidate.csv", undefined],
    ["penguins-species/predictions/candidate.csv", undefined],
  ] as const;
  it.each(files)("%s reads without a word about it", async (file, rows) => {
    const opened = await tables.open(file, { files: [join(repository, "examples", file)], label: file });
    if (rows !== undefined) expect(opened.rows).toBe(rows);
    for (const { presence } of opened.columns) {
      const { missing, empty, nan, infinite, present } = presence;
      expect(missing + empty + nan + infinite + present).toBe(opened.rows);
    }
  });
});
