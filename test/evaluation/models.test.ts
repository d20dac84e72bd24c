import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Manifest } from "@mlops-actions/core";
import { evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { faultOf, judgeLoaded, measured, type Said, textOf, told } from "./folder-project.ts";
import { type Registered, registered } from "./registered.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const MODELS = join(REPOSITORY, "packages/testkit/models");
const model = (name: string) => join(MODELS, `${name}.onnx`);
const BILL = "[bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g]";
const CLASSES = ["Adelie", "Chinstrap", "Gentoo"];
const FEATURES = { features: BILL.slice(1, -1).split(", "), classes: CLASSES };

interface Penguins {
  classes?: string;
  candidate?: string;
  evaluate?: string;
  key?: string;
  data?: string;
  versions?: Registered | undefined;
}

/** The penguins that have all measures, and a model of the test kit as the candidate. */
async function penguins(of: Penguins = {}): Promise<Said> {
  await using folder = await temporaryFolder("penguins");
  const all = await readFile(join(REPOSITORY, "examples/penguins-species/data/penguins.csv"), "utf8");
  const files: Record<string, string> = {
    "mlops.yml": `model: tiny
task: multiclass
data:
  test: test.csv
${of.key ?? "  key: id"}
  label: { column: species, classes: ${of.classes ?? "[Adelie, Chinstrap, Gentoo]"} }
predict: { features: ${BILL} }
evaluate:
  candidate: { model: model.onnx }
  primary: ${of.evaluate ?? "accuracy >= 0.9"}
`,
    "test.csv":
      of.data ??
      all
        .split("\n")
        .filter((line) => !/,,/.test(line.replace(/,[^,]*$/, "")))
        .join("\n"),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), text);
  }
  await copyFile(model(of.candidate ?? "penguins"), join(folder.path, "model.onnx"));
  const root = folder.path;
  const loaded = await loadProject({ stage: evaluate, head: workingTree(root), path: ".", root });
  return await judgeLoaded(loaded, 2, of.versions ? { versions: of.versions.registry } : {});
}

test("a model is asked about the test rows, and judged as its predictions would be", async () => {
  const said = measured(await penguins());
  const expected = JSON.parse(await readFile(join(MODELS, "expected.json"), "utf8")).penguins
    .label as string[];
  const rows = (await readFile(join(REPOSITORY, "examples/penguins-species/data/penguins.csv"), "utf8"))
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","))
    .filter(([, , , length]) => length !== "");
  const right = rows.filter(([, species], i) => species === expected[i]).length;
  expect(rows).toHaveLength(expected.length);
  expect(told(said, "accuracy")).toBeCloseTo(right / rows.length, 12);
  expect(said.details.candidate.name).toBe("model.onnx");
  // sha256sum of the file
  expect(said.evidence.subject.map(({ name }) => name)).toEqual(["model.onnx"]);
});

test("rows without a key are told apart by their place", async () => {
  const [keyed, keyless] = [measured(await penguins()), measured(await penguins({ key: "" }))];
  expect(told(keyless, "accuracy")).toBe(told(keyed, "accuracy"));
  expect(keyless.details.rows).toEqual(keyed.details.rows);
});

test("classes in another order than the model's are an error that names both", async () => {
  const fault = faultOf(await penguins({ classes: "[Gentoo, Adelie, Chinstrap]" }));
  expect(fault.code).toBe("classes-permuted");
  expect(fault.message).toMatch(/Adelie.*Chinstrap.*Gentoo|order/);
});

test("a model that asks for the label is refused", async () => {
  const fault = faultOf(
    await penguins({ data: "id,species,bill_length_mm,bill_depth_mm,flipper_length_mm\n0,Adelie,1,2,3\n" }),
  );
  expect(fault).toMatchObject({ code: "column-missing" });
  expect(fault.message).toMatch(/body_mass_g/);
});

test("size is a fact, latency an interval over calls on this machine", async () => {
  const said = measured(await penguins({ evaluate: "size <= 1 MB\n  guardrails: [latency.p95 <= 10 s]" }));
  const [size, latency] = said.judged;
  expect(size).toMatchObject({ verdict: "pass", estimate: { kind: "exact", unit: "byte" } });
  expect(latency).toMatchObject({
    verdict: "pass",
    estimate: { kind: "sampled", unit: "second", n: 1000, of: "request" },
  });
});

test("predictions have no latency, and the fault says what to do", async () => {
  await using versions = await registered();
  const fault = faultOf(await penguins({ evaluate: "latency.p95 / baseline.latency.p95 <= 2", versions }));
  expect(fault.message).toMatch(/latency\.p95/);
});

test("without a version there is nothing to compare with; with one its own bytes are asked on today's rows", async () => {
  await using versions = await registered();
  const rule = "accuracy - baseline.accuracy > -0.05\n  baseline: production";
  const first = measured(await penguins({ evaluate: rule, versions }));
  expect(first.details.baseline).toMatchObject({ kind: "trivial", because: "first-version" });
  expect(first.document.title).toMatch(/^pass, first version: accuracy/);

  await versions.publish(model("penguins"), FEATURES);
  const fallback = measured(await penguins({ evaluate: rule, versions }));
  expect(fallback.details.baseline).toMatchObject({
    kind: "version",
    asked: "production",
    how: "fallback",
    tag: "tiny@v1.0.0",
    answers: "asked",
  });
  expect(fallback.details.rows.differing).toBe(0);
  expect(fallback.document.blocks.map(textOf).join("\n")).toMatch(
    /Nothing is in production yet: compared with the newest version, tiny@v1\.0\.0/,
  );

  const version = await versions.registry.read("tiny", "1.0.0");
  if (version === undefined) throw new Error("no version");
  await versions.registry.assign("production", version, 0);
  const exact = measured(await penguins({ evaluate: rule, versions }));
  expect(exact.details.baseline).toMatchObject({ how: "exact", number: "1.0.0" });
  expect(exact.document.blocks.map(textOf).join("\n")).toMatch(
    /baseline tiny@v1\.0\.0 \(in production for \d+ days\), asked here/,
  );
});

test("two models are timed in turn, and compared over blocks", async () => {
  await using versions = await registered();
  await versions.publish(model("penguins"), FEATURES);
  const said = measured(
    await penguins({ evaluate: "latency.p50 / baseline.latency.p50 <= 5\n  baseline: latest", versions }),
  );
  expect(said.judged[0]).toMatchObject({
    verdict: "pass",
    estimate: { kind: "sampled", unit: "ratio", of: "block", n: 20, method: /interleaved/ },
  } as never);
});

test("a baseline whose bytes are gone is an error, never a first version", async () => {
  await using versions = await registered();
  await versions.publish(model("penguins"), FEATURES);
  for (const release of await readdir(versions.releases.path))
    await rm(join(versions.releases.path, release, "assets", "model.onnx"), { force: true });
  const said = await penguins({
    evaluate: "accuracy - baseline.accuracy > -0.05\n  baseline: latest",
    versions,
  });
  expect(said.verdict).toBe("error");
});

test("a version that answers another question is refused", async () => {
  await using versions = await registered();
  const other: Partial<Manifest> = { task: "binary" };
  await versions.publish(model("penguins"), { features: FEATURES.features }, other);
  const fault = faultOf(
    await penguins({ evaluate: "accuracy - baseline.accuracy > -0.05\n  baseline: latest", versions }),
  );
  expect(fault).toMatchObject({ code: "other-task" });
});

test("a version that does not exist is an error that names the newest", async () => {
  await using versions = await registered();
  await versions.publish(model("penguins"), FEATURES);
  const fault = faultOf(
    await penguins({ evaluate: "accuracy - baseline.accuracy > -0.05\n  baseline: 9.9.9", versions }),
  );
  expect(`${fault.message} ${fault.remedy}`).toMatch(/9\.9\.9.*1\.0\.0/);
});

test("the same answers differ by nothing, however few the rows", async () => {
  await using versions = await registered();
  await versions.publish(model("penguins"), FEATURES);
  const rules =
    "log_loss / baseline.log_loss < 1.0001\n  guardrails: [accuracy - baseline.accuracy > -0.0001]";
  const said = measured(await penguins({ evaluate: `${rules}\n  baseline: latest`, versions }));
  expect(said.judged.map(({ verdict, estimate }) => [verdict, estimate])).toEqual([
    ["pass", { kind: "exact", value: 1, unit: "ratio", n: 342 }],
    ["pass", { kind: "exact", value: 0, unit: "proportion", n: 342 }],
  ]);
  expect(textOf(said.document.blocks[0])).toBe("the same answers as v1.0.0");
});

test("classes that nobody names are found permuted by their answers", async () => {
  const fault = faultOf(await penguins({ candidate: "penguins-numbers" }));
  expect(fault.code).toBe("classes-permuted");
  expect(fault.message).toMatch(/"Adelie" is answered with "Chinstrap"/);
});
