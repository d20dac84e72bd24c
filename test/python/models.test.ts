import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Asking, Task } from "@mlops-actions/core";
import { type MeasuringChild, openMeasuringChild } from "@mlops-actions/natives";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const python = process.env.MLOPS_PYTHON ?? "python3";
const missing =
  spawnSync(python, ["-c", "import lightgbm, onnxmltools, onnxruntime, skl2onnx"]).status === 0
    ? undefined
    : `${python} has not lightgbm, onnxmltools, onnxruntime and skl2onnx; set MLOPS_PYTHON`;
const repository = join(import.meta.dirname, "../..");

const numeric = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"];
const bill = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];
const species = ["Adelie", "Chinstrap", "Gentoo"];
interface Case {
  name: string;
  task: Task;
  from: string;
  classes: string[];
  features?: string[];
  /** The output of Python's onnxruntime, and of its columns the one for each of ours. */
  output: string;
  columns: Record<string, number>;
}
const binary = (name: string, output = "probabilities", column = 1): Case => ({
  name,
  task: "binary",
  from: "adult",
  classes: ["<=50K", ">50K"],
  output,
  columns: { score: column },
});
const regression = (name: string): Case => ({
  name,
  task: "regression",
  from: "hours",
  classes: [],
  output: "variable",
  columns: { prediction: 0 },
});
const cases: Case[] = [
  binary("adult-columns"),
  binary("adult-lightgbm"),
  { ...binary("adult-trees"), features: numeric },
  { ...binary("adult-network", "output", 0), features: numeric },
  { ...binary("adult-network-single", "output", 0), features: numeric },
  {
    name: "penguins",
    task: "multiclass",
    from: "penguins",
    classes: species,
    features: bill,
    output: "probabilities",
    columns: Object.fromEntries(species.map((one, at) => [`p_${one}`, at])),
  },
  regression("bikes-forest"),
  regression("bikes-double"),
];

describe.skipIf(missing !== undefined)(
  `models trained now, asked about all rows, here and in Python${missing ? ` (${missing})` : ""}`,
  () => {
    let folder: string;
    let child: MeasuringChild;
    let expected: Record<string, Record<string, unknown>>;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "models-"));
      const script = join(repository, "packages/testkit/models/make.py");
      const { status, stderr } = spawnSync(python, [script, folder, "1000000"], { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
      child = await openMeasuringChild({
        entry: join(repository, "packages/natives/child-main.ts"),
        nodePath: process.execPath,
        tempDirectory: folder,
        memoryMb: 2000,
        deadlineMs: 300_000,
        threads: 3,
      });
      const open = (name: string, path: string) =>
        child.tables.open(name, { files: [join(repository, "examples", path)], label: path });
      await open("adult", "census-income/data/test.csv");
      await open("all penguins", "penguins-species/data/penguins.csv");
      await open("hours", "bike-demand/data/test.csv");
      await child.tables.query(
        `CREATE TABLE penguins AS SELECT * FROM "all penguins" WHERE bill_length_mm IS NOT NULL`,
        z.unknown(),
      );
    }, 300_000);
    afterAll(async () => {
      await child.close();
      rmSync(folder, { recursive: true });
    });

    it.each(cases)("$name", async ({ name, output, columns, ...how }) => {
      const asked: Asking = { ...how, model: { file: join(folder, `${name}.onnx`), label: name } };
      const { rows } = await child.models.predict({ ...asked, into: `said ${name}`, keep: [] });
      const wanted = z.array(z.array(z.number())).parse(expected[name]?.[output]);
      expect(rows).toBe(wanted.length);
      for (const [column, at] of Object.entries(columns)) {
        const said = await child.tables.query(
          `SELECT "${column}" AS x FROM "said ${name}"`,
          z.object({ x: z.number() }),
        );
        const worst = said.reduce((most, { x }, row) => {
          const one = wanted[row]?.[at] ?? Number.NaN;
          return Math.max(most, Math.abs(x - one) / Math.max(Math.abs(one), 1e-30));
        }, 0);
        expect(worst).toBeLessThanOrEqual(1e-6);
      }
    });
  },
);
