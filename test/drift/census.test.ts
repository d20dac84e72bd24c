import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Census, census, flagged } from "./census.ts";

// Forty batches of each size: test/benchmarks/drift has three hundred.
const BATCHES = 40;

let on: Census;
beforeAll(async () => {
  on = await census(1);
});
afterAll(() => on[Symbol.asyncDispose]());

describe("rows of the same census", () => {
  it.each([100, 500, 2_000])("in batches of %i flag hardly a column, and none severely", async (rows) => {
    let [marks, runs] = [0, 0];
    for (let seed = 1; seed <= BATCHES; seed++) {
      const found = await on.batch(seed, rows);
      marks += flagged(found).length;
      runs += Number(flagged(found).length > 0);
      expect(found.columns.filter(({ severity }) => severity === "severe")).toEqual([]);
    }
    expect(marks / (BATCHES * on.columns.length)).toBeLessThanOrEqual(0.01);
    expect(runs / BATCHES).toBeLessThanOrEqual(0.05);
  });

  it("are unclear where they are too few to show a tenth of the rows moving", async () => {
    const { columns } = await on.batch(1, 100);
    expect(new Set(columns.map(({ severity }) => severity))).toEqual(new Set(["unclear"]));
  });
});

describe("drift that is there", () => {
  it("of 0.3 standard deviations in 1,000 rows is found in 19 of 20 batches", async () => {
    let found = 0;
    for (let seed = 1; seed <= BATCHES; seed++)
      found += Number(
        flagged(await on.batch(seed, 1_000, "* REPLACE (noise0 + 0.3 AS noise0)")).includes("noise0"),
      );
    expect(found / BATCHES).toBeGreaterThanOrEqual(0.95);
  });

  it("is severe and a fault of the data where a column is missing more often", async () => {
    const { columns } = await on.batch(
      1,
      2_000,
      "* REPLACE (CASE WHEN id % 5 = 0 THEN NULL ELSE age END AS age)",
    );
    expect(columns.find(({ name }) => name === "age")).toMatchObject({
      severity: "severe",
      cause: "missing",
      missing: [{ kind: "missing", reference: { successes: 0 }, severity: "severe" }],
    });
  });

  it("is named where a value is new", async () => {
    const { columns } = await on.batch(
      1,
      2_000,
      "* REPLACE (CASE WHEN id % 5 = 0 THEN 'Widowed by war' ELSE workclass END AS workclass)",
    );
    expect(columns.find(({ name }) => name === "workclass")).toMatchObject({
      severity: "severe",
      cause: "new-values",
    });
  });

  it("is a change of unit where one factor explains it", async () => {
    const { columns } = await on.batch(
      1,
      2_000,
      "* REPLACE (CAST(hours_per_week * 60 AS BIGINT) AS hours_per_week)",
    );
    const found = columns.find(({ name }) => name === "hours_per_week");
    expect(found).toMatchObject({ severity: "severe", cause: "unit" });
    expect(found?.ratio).toBeCloseTo(60, 0);
  });

  it("beyond the ends of everything the reference has is seen in the outermost bin", async () => {
    const { columns } = await on.batch(
      1,
      2_000,
      "* REPLACE (CASE WHEN education_num > 13 THEN 900 ELSE education_num END AS education_num)",
    );
    const found = columns.find(({ name }) => name === "education_num");
    expect(found).toMatchObject({ severity: "warn", unseen: { severity: "warn" } });
  });
});
