import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Asking, Rows, Tables, Task } from "@mlops-actions/core";
import { openDuckdb, openPlain } from "@mlops-actions/tables";
import { ELEMENT, onnxBytes, type Part } from "@mlops-actions/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openOnnx } from "../models.ts";

let folder: string;
let tables: Tables & { rows: Rows };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ask-"));
  tables = await openDuckdb({ memoryMb: 512, threads: 2, tempDirectory: folder });
});
afterAll(async () => {
  await tables.close();
  await rm(folder, { recursive: true });
});

const { graph, integer, model, node, value } = onnxBytes;
let count = 0;

/** Asks a model of these bytes about the rows of a query. */
async function said(sql: string, bytes: Uint8Array, asked: Partial<Asking> & { keep?: string[] } = {}) {
  count += 1;
  const [file, from, into] = [join(folder, `${count}.onnx`), `from ${count}`, `into ${count}`];
  await writeFile(file, bytes);
  await tables.query(`CREATE TABLE "${from}" AS ${sql}`, z.unknown());
  const models = openOnnx({ rows: tables.rows, open: openPlain });
  await models.predict({
    task: "regression",
    classes: [],
    keep: [],
    ...asked,
    model: { file, label: "m.onnx" },
    from,
    into,
  });
  return tables.query(`SELECT * FROM "${into}"`, z.record(z.string(), z.unknown()));
}

/** A model that gives back what it is given. */
const echo = (element: number, sizes: (number | string)[] = ["n", 1], name = "x") =>
  model(
    graph(
      [1, node("Identity", "", [1, name])],
      [11, value(name, sizes, element)],
      [12, value("y", sizes, element)],
    ),
  );
/** A model that makes numbers of what it is given. */
const taking = (element: number) =>
  model(
    graph(
      [1, node("Cast", "", integer("to", ELEMENT.double))],
      [11, value("x", ["n", 1], element)],
      [12, value("y", ["n", 1], ELEMENT.double)],
    ),
  );
const answers = (rows: readonly Record<string, unknown>[], name = "prediction") =>
  rows.map((row) => row[name]);

describe("what a model is given", () => {
  it("numbers are rounded as NumPy rounds a float64 to a float32", async () => {
    const numbers = [0.1, 1e-46, 1e300, -0.30000000000000004, 16_777_217];
    const sql = `SELECT unnest([${numbers.map((x) => `${x.toExponential()}::DOUBLE`).join(", ")}]) AS x`;
    const single = answers(await said(sql, echo(ELEMENT.float)));
    expect(single).toEqual(numbers.map(Math.fround));
    expect(answers(await said(sql, echo(ELEMENT.double)))).toEqual(numbers);
  });

  it("a missing number is NaN, and what a model makes of it is kept", async () => {
    const rows = await said("SELECT unnest([1.5, NULL, 2.5]::DOUBLE[]) AS x", echo(ELEMENT.float));
    expect(answers(rows)).toEqual([1.5, Number.NaN, 2.5]);
  });

  it("a missing text is the empty text", async () => {
    const bytes = model(
      graph(
        [1, node("Identity", "", [1, "x"])],
        [11, value("x", ["n", 1], ELEMENT.string)],
        [12, value("y", ["n", 1], ELEMENT.string)],
      ),
    );
    const rows = await said("SELECT unnest(['a', NULL, 'b']) AS x", bytes, {
      task: "multiclass",
      classes: ["a", "", "b"],
    });
    expect(answers(rows, "label")).toEqual(["a", "", "b"]);
  });

  it.each<[string, string, number, (number | string)[]?]>([
    ["int64", "SELECT unnest([-9007199254740993, 3, 9007199254740993]) AS x", ELEMENT.int64],
    ["int32", "SELECT unnest([-2147483648, 3, 2147483647]::BIGINT[]) AS x", ELEMENT.int32],
    ["int64 of numbers that are whole", "SELECT unnest([1.0, 2.0]::DOUBLE[]) AS x", ELEMENT.int64],
    ["bool as numbers", "SELECT unnest([true, false]) AS x", ELEMENT.double],
    ["one size only", "SELECT unnest([1.0, 2.0]::DOUBLE[]) AS x", ELEMENT.double, ["n"]],
  ])("%s", async (_, sql, element, sizes: (number | string)[] = ["n", 1]) => {
    const found = answers(await said(sql, echo(element, sizes)));
    const given = await tables.query(`SELECT x::DOUBLE AS x FROM (${sql})`, z.object({ x: z.number() }));
    expect(found).toEqual(given.map(({ x }) => x));
  });

  it("a column is found by the name that a converter gave it", async () => {
    const bytes = echo(ELEMENT.double, ["n", 1], "hours_per_week");
    const both = `SELECT 1.5::DOUBLE AS "hours-per week", 2.5::DOUBLE AS "hours per-week"`;
    expect(answers(await said(`SELECT 1.5::DOUBLE AS "hours-per week"`, bytes))).toEqual([1.5]);
    expect(answers(await said(`SELECT *, 3.5::DOUBLE AS hours_per_week FROM (${both})`, bytes))).toEqual([
      3.5,
    ]);
    await expect(said(both, bytes)).rejects.toMatchObject({
      code: "column-missing",
      message: expect.stringContaining("all read like it"),
    });
  });

  it.each([
    ["a column that is not there", "SELECT 1 AS xx", ELEMENT.float, "column-missing", /"x".*nearest is "xx"/],
    ["text for a number", "SELECT 'a' AS x", ELEMENT.float, "column-type", /float.*"x" holds text/],
    ["a number for text", "SELECT 1 AS x", ELEMENT.string, "column-type", /string.*whole numbers/],
    ["a date for a number", "SELECT DATE '2024-01-01' AS x", ELEMENT.float, "column-type", /dates/],
    [
      "an identifier beyond 2^53",
      "SELECT 9007199254740993 AS x",
      ELEMENT.double,
      "values-inexact",
      /9007199254740993.*2\^53/,
    ],
    [
      "a fraction for a whole number",
      "SELECT 0.5::DOUBLE AS x",
      ELEMENT.int64,
      "values-inexact",
      /0\.5.*no int64/,
    ],
    [
      "a whole number that is too large",
      "SELECT 2147483648 AS x",
      ELEMENT.int32,
      "values-inexact",
      /no int32/,
    ],
    [
      "a missing whole number",
      "SELECT unnest([1, NULL, NULL]) AS x",
      ELEMENT.int64,
      "values-missing",
      /"x".*2 of them are missing/,
    ],
    ["a type that no column has", "SELECT 1 AS x", 10, "model-inputs", /float16/],
  ])("%s is a fault", async (_, sql, element, code, text) => {
    const typed = sql
      .replace(/^SELECT (\d+) AS/, "SELECT $1::BIGINT AS")
      .replace("NULL])", "NULL]::BIGINT[])");
    await expect(said(typed, taking(element))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(text),
    });
  });

  it("a matrix must have as many columns as are named", async () => {
    const asked = { features: ["x", "z"] };
    const sql = "SELECT 1.5::DOUBLE AS x, 2.5::DOUBLE AS z";
    await expect(said(sql, echo(ELEMENT.double, ["n", 3]), asked)).rejects.toMatchObject({
      code: "model-features",
      message: expect.stringMatching(/takes 3 columns.*names 2/),
    });
    await expect(said(sql, echo(ELEMENT.double, ["n", 2]))).rejects.toMatchObject({
      remedy: expect.stringContaining("predict.features"),
    });
  });

  it("a model of a fixed number of rows other than one is told how to free it", async () => {
    await expect(said("SELECT 1.5::DOUBLE AS x", echo(ELEMENT.double, [32, 1]))).rejects.toMatchObject({
      code: "model-inputs",
      remedy: expect.stringContaining("dynamic_axes"),
    });
  });
});

describe("what a model answers", () => {
  const matrix = "SELECT unnest([0.9, 0.2, 0.7]::DOUBLE[]) AS a, unnest([0.1, 0.8, 0.3]::DOUBLE[]) AS b";
  const features = ["a", "b"];
  /** Scores that are what is given, and a label. */
  const scored = (operator: string, ...more: Part[]) =>
    model(
      graph(
        [1, node("Identity", "", [2, "probabilities"])],
        [1, node(operator, "", [2, "label"], integer("axis", 1), integer("keepdims", 0))],
        ...more,
        [11, value("x", ["n", 2], ELEMENT.double)],
        [12, value("label", ["n"], ELEMENT.int64)],
        [12, value("probabilities", ["n", 2], ELEMENT.double)],
      ),
    );
  const asking = (task: Task, classes: string[]) => ({ task, classes, features });

  it("labels that agree with the scores go by without a word", async () => {
    const rows = await said(matrix, scored("ArgMax"), asking("binary", ["no", "yes"]));
    expect(answers(rows, "score")).toEqual([0.1, 0.8, 0.3]);
    const each = await said(matrix, scored("ArgMax"), asking("multiclass", ["no", "yes"]));
    expect(each[0]).toEqual({ p_no: 0.9, p_yes: 0.1 });
  });

  it.each<Task>(["binary", "multiclass"])(
    "scores in another order than the labels are found: %s",
    async (task) => {
      await expect(said(matrix, scored("ArgMin"), asking(task, ["no", "yes"]))).rejects.toMatchObject({
        code: "classes-permuted",
        message: expect.stringMatching(/"no" the highest score in 2 rows and labels 2 of them "yes"/),
      });
    },
  );

  it("a threshold of the model's own is no other order", async () => {
    const low = "SELECT unnest([0.6, 0.7]::DOUBLE[]) AS a, unnest([0.4, 0.3]::DOUBLE[]) AS b";
    const rows = await said(low, scored("ArgMin"), asking("binary", ["no", "yes"]));
    expect(answers(rows, "score")).toEqual([0.4, 0.3]);
  });

  it("as many scores as classes, no more", async () => {
    await expect(said(matrix, scored("ArgMax"), asking("multiclass", ["a", "b", "c"]))).rejects.toMatchObject(
      {
        code: "answers-shape",
        message: expect.stringMatching(/\[3, 2\].*3 scores a row/),
      },
    );
  });

  it("as many answers as rows", async () => {
    const sum = model(
      graph(
        [1, node("ReduceSum")],
        [11, value("x", ["n", 1], ELEMENT.double)],
        [12, value("y", [1, 1], ELEMENT.double)],
      ),
    );
    await expect(said("SELECT unnest([1, 2]::DOUBLE[]) AS x", sum)).rejects.toMatchObject({
      code: "answers-shape",
      message: expect.stringMatching(/asked about 2 rows.*\[1, 1\]/),
    });
  });

  it("what the runtime does not load or cannot compute is said in its own words", async () => {
    const unknown = model(
      graph(
        [1, node("NoSuchOperator")],
        [11, value("x", ["n", 1], ELEMENT.double)],
        [12, value("y", ["n", 1], ELEMENT.double)],
      ),
    );
    await expect(said("SELECT 1.5::DOUBLE AS x", unknown)).rejects.toMatchObject({
      code: "model-not-loaded",
      message: expect.stringContaining("NoSuchOperator"),
    });
  });

  it("a column of the key that is called like the answers is a fault", async () => {
    const asked = { keep: ["prediction"] };
    await expect(
      said("SELECT 1.5::DOUBLE AS x, 1::BIGINT AS prediction", echo(ELEMENT.double), asked),
    ).rejects.toMatchObject({ code: "column-taken" });
  });

  it("no table is left of what failed, and nothing of the answers beside it", async () => {
    await expect(said(matrix, scored("ArgMax"), asking("multiclass", ["a", "b", "c"]))).rejects.toThrow();
    const left = await tables.query(
      "SELECT table_name AS name FROM duckdb_tables() WHERE table_name LIKE '%answers'",
      z.unknown(),
    );
    expect(left).toEqual([]);
  });
});
