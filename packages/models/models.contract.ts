import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Asking, type Models, type Tables, UserError } from "@mlops-actions/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const repository = join(import.meta.dirname, "../..");
const kept = join(repository, "packages/testkit/models");
const expected = JSON.parse(readFileSync(join(kept, "expected.json"), "utf8")) as Record<
  string,
  Record<string, unknown>
>;
const numeric = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"];
const bill = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];

/** A model of the test kit as it lies there. */
const model = (name: string) => ({ file: join(kept, `${name}.onnx`), label: `out/${name}.onnx` });
const adult = (name: string): Asking => ({
  model: model(name),
  task: "binary",
  classes: ["<=50K", ">50K"],
  from: "adult",
});
const penguins = (name: string, classes = ["Adelie", "Chinstrap", "Gentoo"]): Asking => ({
  model: model(name),
  task: "multiclass",
  classes,
  features: bill,
  from: "penguins",
});

export interface Opened {
  tables: Tables;
  models: Models;
  close(): Promise<void>;
}

/** What models promise behind the port, in this process or in another. */
export function modelsContract(called: string, open: (tempDirectory: string) => Promise<Opened>): void {
  describe(`Models ${called}`, () => {
    let folder: string;
    let opened: Opened;
    let count = 0;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "models-"));
      opened = await open(folder);
      const read = (name: string, path: string) =>
        opened.tables.open(name, { files: [join(repository, "examples", path)], label: path });
      await read("all adults", "census-income/data/test.csv");
      await read("all penguins", "penguins-species/data/penguins.csv");
      await read("all hours", "bike-demand/data/test.csv");
      for (const sql of [
        `CREATE TABLE adult AS SELECT * FROM "all adults" LIMIT 100`,
        `CREATE TABLE penguins AS SELECT * FROM "all penguins" WHERE bill_length_mm IS NOT NULL`,
        `CREATE TABLE hours AS SELECT * FROM "all hours" LIMIT 100`,
      ])
        await opened.tables.query(sql, z.unknown());
    });
    afterAll(async () => {
      await opened.close();
      rmSync(folder, { recursive: true });
    });
    const ask = async (asked: Asking, keep: readonly string[] = []) => {
      count += 1;
      return opened.models.predict({ ...asked, into: `said ${count}`, keep });
    };
    const rowsOf = async (asked: Asking, column: string): Promise<unknown[]> => {
      const { name } = await ask(asked);
      const rows = await opened.tables.query(
        `SELECT "${column}" AS x FROM "${name}"`,
        z.object({ x: z.any() }),
      );
      return rows.map(({ x }) => x);
    };
    const recorded = (name: string, output: string, at = 0): number[] => {
      const rows = z.array(z.array(z.number())).parse(expected[name]?.[output]);
      return rows.map((scores) => scores[at] as number);
    };
    const probabilities = (name: string, at: number) => recorded(name, "probabilities", at);

    it("says what a model is without running it", async () => {
      const found = await opened.models.inspect(model("adult-columns"));
      expect(found).toMatchObject({
        bytes: 4359,
        producer: "skl2onnx 1.20.0",
        classes: ["<=50K", ">50K"],
        opsets: expect.arrayContaining([{ domain: "ai.onnx.ml", version: 1 }]),
        outputs: [
          { name: "label", type: "string", shape: [null] },
          { name: "probabilities", type: "float", shape: [null, 2] },
        ],
      });
      expect(found.inputs).toHaveLength(13);
      expect(found.inputs[0]).toEqual({ name: "age", type: "float", shape: [null, 1] });
      expect(found.inputs[5]).toEqual({ name: "workclass", type: "string", shape: [null, 1] });
      expect(found.sha256).toMatch(/^[0-9a-f]{64}$/);
    });

    it.each([
      ["an input for each column, of numbers and texts", adult("adult-columns")],
      ["one matrix whose columns the model names", adult("adult-lightgbm")],
      ["one matrix whose columns mlops.yml names", { ...adult("adult-trees"), features: numeric }],
      ["a network that PyTorch has exported", { ...adult("adult-torch"), features: numeric }],
    ])("answers as Python's onnxruntime does: %s", async (_, asked) => {
      const scores = await rowsOf(asked, "score");
      close(scores, probabilities(asked.model.label.slice(4, -5), 1));
    });

    it.each(["adult-network", "adult-network-single"])(
      "answers with the one score that a network gives: %s",
      async (name) => {
        const scores = await rowsOf({ ...adult(name), features: numeric }, "score");
        close(scores, recorded(name, "output"));
      },
    );

    it("gives the score of the positive class, whichever column that is", async () => {
      const scores = await rowsOf({ ...adult("adult-columns"), classes: [">50K", "<=50K"] }, "score");
      close(scores, probabilities("adult-columns", 0));
    });

    it("keeps the columns of the key beside the answers, row by row", async () => {
      const said = await ask(adult("adult-columns"), ["id", "sex"]);
      expect(said).toMatchObject({ rows: 100, files: [] });
      expect(said.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
        "id integer",
        "sex string",
        "score number",
      ]);
      expect(said.columns[2]?.presence).toMatchObject({ rows: 100, present: 100 });
      const wrong = await opened.tables.query(
        `SELECT count(*) AS n FROM "${said.name}" s POSITIONAL JOIN adult a WHERE s.id <> a.id OR s.sex <> a.sex`,
        z.object({ n: z.int() }),
      );
      expect(wrong).toEqual([{ n: 0 }]);
    });

    it("gives a score for each class", async () => {
      for (const [at, name] of ["Adelie", "Chinstrap", "Gentoo"].entries()) {
        const scores = await rowsOf(penguins("penguins"), `p_${name}`);
        close(scores, probabilities("penguins", at));
      }
    });

    it("takes classes that are numbered from 0 for positions", async () => {
      const scores = await rowsOf(
        penguins("penguins-numbers", ["Chinstrap", "Adelie", "Gentoo"]),
        "p_Adelie",
      );
      close(scores, probabilities("penguins-numbers", 1));
    });

    it("predicts numbers from columns of several types, in floats and in doubles", async () => {
      const of = (name: string): Asking => ({
        model: model(name),
        task: "regression",
        classes: [],
        from: "hours",
      });
      for (const name of ["bikes-forest", "bikes-double"]) {
        const predicted = await rowsOf(of(name), "prediction");
        close(predicted, recorded(name, "variable"));
      }
    });

    it("asks about more rows than a batch, in their order", async () => {
      await opened.tables.query(
        `CREATE OR REPLACE TABLE many AS SELECT a.* FROM range(3000) r(i), adult a`,
        z.unknown(),
      );
      const { name, rows } = await ask({ ...adult("adult-lightgbm"), from: "many" }, ["id"]);
      expect(rows).toBe(300_000);
      const single = await ask(adult("adult-lightgbm"), ["id"]);
      const [found] = await opened.tables.query(
        `SELECT count_if(m.score <> s.score) AS n, count(*) AS all_rows FROM "${name}" m JOIN "${single.name}" s USING (id)`,
        z.object({ n: z.int(), all_rows: z.int() }),
      );
      expect(found).toEqual({ n: 0, all_rows: 300_000 });
    });

    it("times single answers of both models in turn", async () => {
      const blocks = await opened.models.latency({
        own: adult("adult-lightgbm"),
        baseline: adult("adult-columns"),
        blocks: 3,
        calls: 7,
      });
      expect(blocks).toHaveLength(3);
      for (const { own, baseline } of blocks) {
        expect(own).toHaveLength(7);
        expect(baseline).toHaveLength(7);
        for (const seconds of [...own, ...baseline]) expect(seconds > 0 && seconds < 10).toBe(true);
      }
      const alone = await opened.models.latency({ own: adult("adult-lightgbm"), blocks: 1, calls: 2 });
      expect(alone[0]?.baseline).toEqual([]);
    });

    const fault = (asked: Asking) => ask(asked).catch((error: unknown) => error);

    it("ends what does not fit in a fault, and goes on", async () => {
      const missing = await fault({ ...adult("adult-columns"), from: "hours" });
      expect(missing).toBeInstanceOf(UserError);
      expect(missing).toMatchObject({
        code: "column-missing",
        message: expect.stringMatching(/"age".*"instant"/),
      });
      expect(await fault(adult("adult-trees"))).toMatchObject({ code: "model-features" });
      expect(await fault(adult("adult-zipmap"))).toMatchObject({
        code: "model-outputs",
        remedy: expect.stringContaining('options={"zipmap": False}'),
      });
      expect(await fault(penguins("penguins", ["Gentoo", "Adelie", "Chinstrap"]))).toMatchObject({
        code: "classes-permuted",
        message: expect.stringMatching(/"Adelie", "Chinstrap", "Gentoo".*"Gentoo", "Adelie", "Chinstrap"/),
      });
      expect(await fault(penguins("penguins", ["Adelie", "Chinstrap", "King"]))).toMatchObject({
        code: "classes-differ",
      });
      writeFileSync(join(folder, "model.onnx"), "\x80\x04\x95", "latin1");
      expect(
        await fault({ ...adult("x"), model: { file: join(folder, "model.onnx"), label: "model.onnx" } }),
      ).toMatchObject({ code: "model-not-onnx", message: expect.stringContaining("a Python pickle") });
      expect(await rowsOf(adult("adult-lightgbm"), "score")).toHaveLength(100);
    });
  });
}

function close(found: readonly unknown[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  const worst = Math.max(
    ...wanted.map((one, at) => Math.abs(Number(found[at]) - one) / Math.max(Math.abs(one), 1e-3)),
  );
  expect(worst).toBeLessThanOrEqual(1e-6);
}
