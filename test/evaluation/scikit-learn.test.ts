import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { judgeFiles, type MeasuredSaid, measured } from "./folder-project.ts";

type Values = Record<string, number | null>;
type Reference = Values & {
  by_class?: Record<string, Values>;
  slices: Record<string, Record<string, Values>>;
};

const examples = join(import.meta.dirname, "../../examples");
const file = (...path: string[]) => readFileSync(join(examples, ...path), "utf8");

interface Case {
  name: string;
  task: "binary" | "multiclass" | "regression";
  test: string;
  predictions: string;
  /** How the reference script reads it. */
  columns: Record<string, unknown>;
  label: string;
  answer: string;
  slices: Record<string, string[]>;
}

const cases: Case[] = [
  {
    name: "census-income",
    task: "binary",
    test: file("census-income/data/test.csv"),
    predictions: gunzipSync(readFileSync(join(examples, "census-income/recorded/better.csv.gz"))).toString(),
    columns: { key: ["id"], label: "income", positive: ">50K", score: "score" },
    label: 'key: id, label: { column: income, positive: ">50K" }',
    answer: ", score: score",
    slices: { sex: ["Female", "Male"], race: ["Black", "Other"] },
  },
  {
    name: "penguins-species",
    task: "multiclass",
    test: file("penguins-species/data/penguins.csv"),
    predictions: file("penguins-species/predictions/candidate.csv"),
    columns: {
      key: ["id"],
      label: "species",
      classes: ["Adelie", "Chinstrap", "Gentoo"],
      scores: ["p_Adelie", "p_Chinstrap", "p_Gentoo"],
    },
    label: "key: id, label: { column: species, classes: [Adelie, Chinstrap, Gentoo] }",
    answer: "",
    slices: { sex: ["FEMALE", "MALE"] },
  },
  {
    name: "bike-demand",
    task: "regression",
    test: file("bike-demand/data/test.csv"),
    predictions: file("bike-demand/predictions/candidate.csv"),
    columns: { key: ["dteday", "hr"], label: "cnt", prediction: "prediction" },
    label: "key: [dteday, hr], label: { column: cnt }",
    answer: ", prediction: prediction",
    slices: { workingday: ["0", "1"], weathersit: ["1", "2", "3"] },
  },
];

// What the reference script said with scikit-learn 1.9.1 and NumPy 2.4.6: its input is what `askPython` below gives it.
const recorded: Record<string, Reference> = JSON.parse(
  readFileSync(join(import.meta.dirname, "scikit-learn.json"), "utf8"),
);

const python = process.env.MLOPS_PYTHON ?? "python3";
const lacks = spawnSync(python, ["-c", "import sklearn, numpy"]).status !== 0;
if (lacks)
  console.warn(
    `metrics against scikit-learn itself: skipped, ${python} lacks it (set MLOPS_PYTHON); recorded values remain`,
  );

/** The metric of every slice as a guardrail of its own: what `[slice]` says. */
const guardrails = ({ slices }: Case, metrics: readonly string[]) =>
  Object.entries(slices).flatMap(([column, values]) =>
    values.flatMap((value) =>
      metrics.map((metric) => ({
        metric,
        column,
        value,
        text: `${metric}[${column} = ${/^\d+$/.test(value) ? value : `"${value}"`}] >= 0.001`,
      })),
    ),
  );

function sameAs(said: MeasuredSaid, reference: Values, one: Case) {
  for (const [metric, expected] of Object.entries(reference)) {
    if (metric === "n") expect(said.details.rows.common).toBe(expected);
    const row = said.details.metrics.find((row) => row.metric === metric);
    if (row === undefined || typeof expected === "object") continue;
    if (row.own.kind === "missing") expect(expected, `${one.name} ${metric}`).toBeNull();
    else expect(relative(row.own.value, expected), `${one.name} ${metric}`).toBeLessThan(1e-9);
  }
}

function relative(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.max(1, Math.abs(expected));
}

const SLICED = {
  binary: ["accuracy", "precision", "recall", "f1", "mcc", "auc", "average_precision", "log_loss", "brier"],
  multiclass: ["accuracy", "macro_f1", "weighted_f1", "mcc", "kappa", "auc", "log_loss", "brier"],
  regression: ["rmse", "mae", "mse", "median_ae", "max_error"],
};

const judgeCase = async (one: Case) => {
  const sliced = guardrails(one, SLICED[one.task]);
  const said = measured(
    await judgeFiles({
      "mlops.yml": `model: example
task: ${one.task}
data: { test: test.csv, ${one.label} }
evaluate:
  candidate: { predictions: candidate.csv${one.answer} }
  baseline: none
  primary: ${one.task === "regression" ? "mae <= 1000" : "accuracy >= 0.01"}
  guardrails:
${sliced.map(({ text }) => `    - '${text}'`).join("\n")}
  slices: [${Object.keys(one.slices).join(", ")}]
`,
      "test.csv": one.test,
      "candidate.csv": one.predictions,
    }),
  );
  return { said, sliced };
};

function agrees(one: Case, { said, sliced }: Awaited<ReturnType<typeof judgeCase>>, reference: Reference) {
  const { by_class, slices, ...whole } = reference;
  const asked = Object.keys(whole).filter((name) => name !== "n");
  expect(asked.filter((name) => !said.details.metrics.some(({ metric }) => metric === name))).toEqual([]);
  sameAs(said, whole, one);
  for (const [name, values] of Object.entries(by_class ?? {}))
    for (const metric of ["recall", "precision"])
      expect(
        said.details.metrics.find((row) => row.metric === `${metric}("${name}")`)?.own,
        `${metric} of ${name}`,
      ).toMatchObject({ value: expect.closeTo(values[metric] ?? Number.NaN, 9) });
  sliced.forEach(({ metric, column, value, text }, i) => {
    const expected = slices[column]?.[value]?.[metric];
    const { estimate } = said.judged[i + 1] ?? {};
    expect(estimate, text).toMatchObject({ n: slices[column]?.[value]?.n });
    if (estimate?.kind === "missing") expect(expected, text).toBeNull();
    else if (estimate !== undefined)
      expect(relative(estimate.value, expected ?? Number.NaN), text).toBeLessThan(1e-9);
  });
  const primary = one.task === "regression" ? "mae" : "accuracy";
  for (const { column, value, own, n } of said.details.slices) {
    const expected = slices[column]?.[value ?? ""];
    expect(n).toBe(expected?.n);
    expect(own).toMatchObject({ value: expect.closeTo(expected?.[primary] ?? Number.NaN, 9) });
  }
}

for (const one of cases) {
  test(`${one.name}: every metric and slice is what scikit-learn says`, async () => {
    const said = await judgeCase(one);
    agrees(one, said, recorded[one.name] as Reference);
    if (lacks) return;
    agrees(one, said, await askPython(one));
  });
}

async function askPython(one: Case): Promise<Reference> {
  await using folder = await temporaryFolder("reference");
  const { writeFile } = await import("node:fs/promises");
  await writeFile(join(folder.path, "test.csv"), one.test);
  await writeFile(join(folder.path, "candidate.csv"), one.predictions);
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(import.meta.dirname, "../python/metrics_reference.py")],
    {
      cwd: folder.path,
      input: JSON.stringify({
        task: one.task,
        csv: "test.csv",
        predictions: "candidate.csv",
        slices: Object.keys(one.slices),
        ...one.columns,
      }),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
