import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tables, UserError } from "@mlops-actions/core";
import { averagePrecisionReplicates, xoshiro256 } from "@mlops-actions/statistics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  averagePrecision,
  calibrationBins,
  datasetDigest,
  delongSums,
  diffRows,
  jointCells,
  jointScores,
  moments,
  openDuckdb,
  pairRows,
  scoreTable,
} from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "measures-"));
const engine = (threads: number) => openDuckdb({ memoryMb: 800, threads, tempDirectory: folder });
let tables: Tables;
beforeAll(async () => {
  tables = await engine(2);
});
afterAll(() => tables.close());

/** A table from columns; SQL gives lists in the order of their elements. */
function made(
  name: string,
  columns: Record<string, readonly (number | string | boolean | null)[]>,
  into = tables,
) {
  const items = Object.entries(columns).map(([column, values]) => {
    const text = values.map((value) =>
      value === null ? "NULL" : typeof value === "string" ? `'${value}'` : `${value}`,
    );
    const numbers = values.filter((value) => typeof value === "number");
    const type = numbers.length === 0 ? "" : numbers.every(Number.isInteger) ? "::BIGINT[]" : "::DOUBLE[]";
    return `unnest([${text.join(", ")}]${type}) AS ${column}`;
  });
  return into.query(`CREATE TABLE "${name}" AS SELECT ${items.join(", ")}`, z.unknown());
}

// Ten rows with a tie of scores across the classes; values from scikit-learn.
const ten = {
  y: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
  s: [0.05, 0.1, 0.2, 0.3, 0.35, 0.6, 0.35, 0.55, 0.8, 0.9],
};
// DeLong, DeLong, Clarke-Pearson by hand on twelve rows, and by an independent implementation.
const twelve = {
  y: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
  a: [0.1, 0.25, 0.4, 0.3, 0.6, 0.2, 0.35, 0.8, 0.55, 0.7, 0.9, 0.45],
  b: [0.2, 0.3, 0.5, 0.25, 0.65, 0.1, 0.3, 0.7, 0.5, 0.4, 0.85, 0.6],
};
const scores = { y: "y = 1", candidate: "b", baseline: "a" };

describe("reference values", () => {
  beforeAll(async () => {
    await made("ten", ten);
    await made("twelve", twelve);
  });

  it("counts the joint cells of ten rows at one half", async () => {
    const cells = await jointCells(tables, { from: "ten", y: "y = 1", candidate: "s >= 0.5" });
    const of = (y: string, b: string) => cells.find((cell) => cell.y === y && cell.b === b)?.n;
    expect([of("false", "false"), of("false", "true"), of("true", "false"), of("true", "true")]).toEqual([
      5, 1, 1, 3,
    ]);
    expect(cells.every(({ a, group }) => a === null && group.length === 0)).toBe(true);
  });

  it("gives AUC, average precision and Brier score of ten rows", async () => {
    const own = { from: "ten", y: "y = 1", candidate: "s" };
    const [sums] = await delongSums(tables, own);
    expect(sums?.positives.meanB).toBeCloseTo(0.8958333333333334, 14);
    expect(sums?.negatives.meanB).toBeCloseTo(0.8958333333333334, 14);
    expect((await averagePrecision(tables, own))[0]?.b).toBeCloseTo(0.8541666666666666, 14);
    const [brier] = await moments(tables, { from: "ten", expressions: ["(s - y) ** 2"] });
    expect(brier?.means[0]).toBeCloseTo(0.13, 12);
  });

  it("gives one half for scores that are all the same", async () => {
    await made("flat", { y: [0, 1, 0, 1], s: [0.5, 0.5, 0.5, 0.5] });
    const own = { from: "flat", y: "y = 1", candidate: "s" };
    expect((await delongSums(tables, own))[0]?.positives.meanB).toBe(0.5);
    expect((await averagePrecision(tables, own))[0]?.b).toBe(0.5);
  });

  it("gives DeLong's sums of two models on twelve rows", async () => {
    const [{ positives, negatives } = expect.fail()] = await delongSums(tables, {
      from: "twelve",
      ...scores,
    });
    expect([positives.meanA, positives.meanB]).toEqual([0.8888888888888888, 0.8055555555555556]);
    expect(positives.varA).toBeCloseTo(0.0185185185185185, 14);
    expect(positives.varB).toBeCloseTo(0.0296296296296296, 14);
    expect(positives.covAB).toBeCloseTo(0.0157407407407407, 14);
    expect(negatives.varA).toBeCloseTo(0.0407407407407407, 14);
    expect(negatives.varB).toBeCloseTo(0.0796296296296296, 14);
    expect(negatives.covAB).toBeCloseTo(0.0546296296296296, 14);
    const s = (of: "varA" | "varB" | "covAB") => positives[of] / positives.n + negatives[of] / negatives.n;
    expect(Math.sqrt(s("varA") + s("varB") - 2 * s("covAB"))).toBeCloseTo(0.0680413817439772, 14);
  });

  it("gives means and covariances of regression losses", async () => {
    await made("five", { y: [3, -0.5, 2, 7, 4.2], p: [2.5, 0, 2, 8, 4] });
    const [found] = await moments(tables, {
      from: "five",
      expressions: ["abs(p - y)", "(p - y) ** 2", "p - y"],
    });
    expect(found?.means[0]).toBeCloseTo(0.44, 12);
    expect(found?.means[1]).toBeCloseTo(0.308, 12);
    expect(found?.means[2]).toBeCloseTo(0.16, 12);
    // Sample variance of (-.5, .5, 0, 1, -.2): sum of squares 1.54 less 5 · .16².
    expect(found?.covariance[2]?.[2]).toBeCloseTo((1.54 - 5 * 0.16 ** 2) / 4, 12);
    expect(found?.maxShare[2]).toBeCloseTo((1 - 0.16) ** 2 / (1.54 - 5 * 0.16 ** 2), 12);
  });

  it("keeps the variance of small differences on a large value", async () => {
    await made("shifted", { x: [1e9 + 0.25, 1e9 + 0.5, 1e9 + 0.75] });
    const [found] = await moments(tables, { from: "shifted", expressions: ["x"] });
    expect(found?.means).toEqual([1e9 + 0.5]);
    expect(found?.covariance).toEqual([[0.0625]]);
  });

  it("has points of the curve at each score, down to all rows", async () => {
    const [table] = await scoreTable(tables, { from: "ten", y: "y = 1", candidate: "s" });
    expect(table?.points[0]).toEqual({ threshold: 0.9, truePositives: 1, falsePositives: 0 });
    expect(table?.points.find(({ threshold }) => threshold === 0.35)).toEqual({
      threshold: 0.35,
      truePositives: 4,
      falsePositives: 2,
    });
    expect(table?.points.at(-1)).toEqual({ threshold: 0.05, truePositives: 4, falsePositives: 6 });
  });

  it("puts rows of one score into one bin of calibration", async () => {
    const [found] = await calibrationBins(tables, { from: "ten", y: "y = 1", candidate: "s", bins: 5 });
    expect(found?.bins.map(({ n, positives }) => [n, positives])).toEqual([
      [2, 0],
      [2, 0],
      [2, 1],
      [2, 1],
      [2, 2],
    ]);
    // Expected calibration error of equal-mass bins, scikit-learn style.
    const error = found?.bins.reduce(
      (sum, bin) => sum + Math.abs(bin.positives - bin.n * bin.meanScore) / 10,
      0,
    );
    expect(error).toBeCloseTo(0.14, 12);
  });
});

describe("groups and gaps in the data", () => {
  it("measures each group and keeps the missing one apart", async () => {
    await made("grouped", {
      ...twelve,
      g: ["x", "x", "x", null, null, null, "x", "x", "x", null, null, null],
    });
    const found = await delongSums(tables, { from: "grouped", ...scores, by: ["g"] });
    expect(found.map(({ group, positives, negatives }) => [group, positives.n, negatives.n])).toEqual([
      [["x"], 3, 3],
      [[null], 3, 3],
    ]);
    const only = await delongSums(tables, {
      from: "grouped",
      ...scores,
      where: [{ column: "g", op: "=", value: "x" }],
    });
    expect(only[0]?.positives).toEqual(found[0]?.positives);
    const cells = await jointCells(tables, { from: "grouped", y: "y", candidate: "b > 0.4", by: ["g"] });
    expect(cells.reduce((sum, { n }) => sum + n, 0)).toBe(12);
  });

  it("counts what is missing or not finite, and leaves it out", async () => {
    await tables.query(
      "CREATE TABLE gaps AS SELECT unnest(['1', '2', NULL, 'nan', 'inf', '3']::DOUBLE[]) AS x, unnest([1, 2, 3, 4, 5, NULL]::DOUBLE[]) AS z",
      z.unknown(),
    );
    const [found] = await moments(tables, { from: "gaps", expressions: ["x", "z"] });
    expect(found).toMatchObject({ rows: 6, n: 2, missing: [1, 1], nonFinite: [2, 0], means: [1.5, 1.5] });
  });

  it("has no value for a class that is not there", async () => {
    await made("single", { y: [1, 1], s: [0.1, 0.2] });
    const own = { from: "single", y: "y = 0", candidate: "s" };
    expect((await averagePrecision(tables, own))[0]).toMatchObject({ positives: 0, negatives: 2, b: null });
    expect((await delongSums(tables, own))[0]).toMatchObject({
      positives: { n: 0 },
      negatives: { n: 2, meanB: Number.NaN },
    });
  });
});

describe("pairing", () => {
  const request = { test: "rows", key: ["id"], label: "income", slices: ["sex"] };
  beforeAll(async () => {
    await made("rows", {
      id: [1, 2, 3, 4, 5],
      income: ["a", "b", null, "a", "b"],
      sex: ["F", "M", "F", "M", null],
    });
    await tables.query(
      "CREATE TABLE mine AS SELECT unnest(['1','2','3','4','9']) AS id, unnest(['.1','.2','.3','nan','.5']::DOUBLE[]) AS score",
      z.unknown(),
    );
    await made("theirs", { id: [1, 2, 3, 4, 5], score: [0.5, null, 0.5, 0.5, 0.5] });
  });

  it("keeps what all have, and counts the rest with its keys", async () => {
    const sides = [
      { table: "mine", columns: ["score"] },
      { table: "theirs", columns: ["score"] },
    ] as const;
    const found = await pairRows(tables, { ...request, sides });
    expect(found).toMatchObject({ rows: 3, testRows: 5, common: 4, missingLabel: { rows: 1, keys: ["3"] } });
    expect(found.candidate).toMatchObject({
      rows: 5,
      notInTest: { rows: 1, keys: ["9"] },
      lacking: { rows: 1, keys: ["5"] },
    });
    expect(found.candidate.unusable[0]).toMatchObject({
      nan: { rows: 1, keys: ["4"] },
      missing: { rows: 0 },
    });
    expect(found.baseline?.unusable[0]).toMatchObject({ missing: { rows: 1, keys: ["2"] } });
    const rows = await tables.query("SELECT * FROM pairs ORDER BY id", z.record(z.string(), z.unknown()));
    expect(rows[0]).toEqual({ id: 1, sex: "F", y: "a", b_score: 0.1, a_score: 0.5 });
    expect(rows).toHaveLength(3);
  });

  it("pairs columns of one table without a key", async () => {
    await made("wide", { y: [0, 1], old: [0.1, 0.2], new: [0.3, 0.4] });
    const found = await pairRows(tables, {
      name: "own",
      test: "wide",
      key: [],
      label: "y",
      slices: ["y", "old"],
      sides: [
        { table: "wide", columns: ["new"] },
        { table: "wide", columns: ["old"] },
      ],
    });
    expect(found.rows).toBe(2);
    const rows = await tables.query(
      "SELECT y, b_new, a_old FROM own ORDER BY y",
      z.record(z.string(), z.unknown()),
    );
    expect(rows).toEqual([
      { y: 0, b_new: 0.3, a_old: 0.1 },
      { y: 1, b_new: 0.4, a_old: 0.2 },
    ]);
  });

  it.each([
    ["a repeated key", "key-duplicate", { id: [1, 1, 2], score: [0.1, 0.2, 0.3] }],
    ["a missing key", "key-missing", { id: [1, null, 2], score: [0.1, 0.2, 0.3] }],
    ["a key of another kind", "key-type", { id: [true, false], score: [0.1, 0.2] }],
    ["no such column", "column-missing", { nr: [1, 2], score: [0.1, 0.2] }],
  ])("refuses %s", async (what, code, columns) => {
    await made(what, columns);
    const error = await pairRows(tables, { ...request, sides: [{ table: what, columns: ["score"] }] }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code });
  });

  it("says how two versions of the test rows differ, with a key and without", async () => {
    await made("before", { id: [1, 2, 3, 4], y: ["a", "b", "a", "b"], x: [1, 2, 3, 4] });
    await made("after", { id: [2, 3, 4, 5], y: ["b", "b", "b", "a"], x: [2, 3, 7, 5] });
    const differ = { base: "before", head: "after", label: "y" };
    expect(await diffRows(tables, { ...differ, key: ["id"] })).toMatchObject({
      added: 1,
      removed: 1,
      relabelled: 1,
      changed: 1,
    });
    expect(await diffRows(tables, { ...differ, key: [] })).toMatchObject({
      added: 2,
      removed: 2,
      relabelled: 1,
      changed: 0,
    });
  });
});

describe("the same rows give the same bits", () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => {
    const wave = (seed: number) => Math.abs(Math.sin(i * seed + seed));
    const y = wave(12.9) > 0.7 ? 1 : 0;
    const score = (seed: number) => ((wave(seed) + y * 0.4) / 1.4).toFixed(i % 3 === 0 ? 2 : 9);
    return `${i},${y},${score(78.2)},${score(37.7)},${i % 7 === 0 ? "" : `g${i % 3}`}`;
  });
  const header = "id,y,a,b,g\n";
  const measured = async (threads: number, parts: readonly (readonly string[])[]) => {
    const own = await engine(threads);
    const files = parts.map((part, at) => {
      const path = join(mkdtempSync(join(folder, "part-")), `${at}.csv`);
      writeFileSync(path, `${header}${part.join("\n")}\n`);
      return path;
    });
    const opened = await own.open("t", { files, label: "t*.csv" });
    const request = { from: "t", ...scores, by: ["g"] };
    const found = {
      digest: await datasetDigest(own, "t", opened.columns),
      cells: await jointCells(own, { ...request, candidate: "b >= 0.5", baseline: "a >= 0.5" }),
      moments: await moments(own, {
        from: "t",
        by: ["g"],
        expressions: ["(a - y) ** 2", "(b - y) ** 2", "ln(0.01 + b)"],
      }),
      delong: await delongSums(own, request),
      precision: await averagePrecision(own, request),
      joint: await jointScores(own, { ...request, groups: 2 }),
      curve: await scoreTable(own, request),
      calibration: await calibrationBins(own, request),
    };
    await own.close();
    return found;
  };

  it("for one to eight threads, any order of rows and any split into files", async () => {
    const first = await measured(1, [lines]);
    const shuffled = [...lines].sort((one, other) =>
      one.slice(-5) + one < other.slice(-5) + other ? -1 : 1,
    );
    for (const threads of [2, 3, 8]) expect(await measured(threads, [lines])).toEqual(first);
    expect(await measured(8, [shuffled])).toEqual(first);
    expect(await measured(2, [shuffled.slice(0, 7), shuffled.slice(7, 9000), shuffled.slice(9000)])).toEqual(
      first,
    );
  });

  it("crosses joint ranks whose resamples spread as those of the rows do", async () => {
    const own = await engine(2);
    const path = join(folder, "spread.csv");
    writeFileSync(path, `${header}${lines.slice(0, 2000).join("\n")}\n`);
    await own.open("t", { files: [path], label: "spread.csv" });
    const request = { from: "t", ...scores };
    const [point] = await averagePrecision(own, request);
    const [found] = await jointScores(own, request);
    const draws = averagePrecisionReplicates(found?.cells ?? [], { replicates: 400, random: xoshiro256(7n) });
    const values = draws.map(({ b }) => b as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
    );
    expect(new Set(values).size).toBeGreaterThan(390);
    // A bootstrap's centre lies within a fraction of its own spread of the estimate.
    expect(Math.abs(mean - (point?.b ?? Number.NaN)) / spread).toBeLessThan(0.5);
    const ordinary = bootstrapError(lines.slice(0, 2000).map((line) => line.split(",").map(Number)));
    expect(spread / ordinary).toBeGreaterThan(0.85);
    expect(spread / ordinary).toBeLessThan(1.15);
    await own.close();
  });
});

/** Standard error of average precision over 400 resamples of rows (id, y, a, b), drawn with replacement. */
function bootstrapError(rows: readonly number[][]): number {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const values = Array.from({ length: 400 }, () => {
    const drawn = rows.map(() => rows[Math.floor(random() * rows.length)] as number[]);
    return precisionOf(drawn.map(([, y = 0, , b = 0]) => [b, y]));
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function precisionOf(scored: [score: number, y: number][]): number {
  const order = scored.sort(([one], [other]) => other - one);
  let [found, sum, waiting] = [0, 0, 0];
  for (const [at, [score, y]] of order.entries()) {
    waiting += y;
    if (order[at + 1]?.[0] === score) continue;
    found += waiting;
    sum += (waiting * found) / (at + 1);
    waiting = 0;
  }
  return sum / found;
}
