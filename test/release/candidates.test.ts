import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Files, living } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REPOSITORY } from "../terminal/command.ts";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, pipeline, release, review } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const model = (name: string) => readFileSync(join(REPOSITORY, "packages/testkit/models", `${name}.onnx`));
const PICKLE = Buffer.concat([Buffer.from([0x80, 4, 0x95]), Buffer.alloc(8), Buffer.from("csklearn\nX\n.")]);

/** A candidate of a pull request to a project without versions. */
async function proposed(main: Files, change: Files) {
  await using here = await pipeline(built, main);
  const pull = await here.propose("change", change);
  const done = await review(here, pull);
  const [[comment], [check]] = [await here.comments(pull), await here.checks(pull.head.sha)];
  return { ...done, comment: comment?.body ?? "", check };
}

test.concurrent.each([
  ["asks for columns that nobody has", model("bikes-forest"), /the column "season"/],
  ["is no model", Buffer.from("<html>not found</html>"), /model/],
  ["was cut off", recorded("main").slice(0, 2_000), /model/],
])("a candidate that %s could not be judged", async (_, bytes, why) => {
  const { gate, train, check, comment } = await proposed(census(), { "made.onnx": bytes });
  expect([train.exitCode, gate.exitCode, gate.outputs.verdict]).toEqual([expect.any(Number), 3, "error"]);
  expect(check).toMatchObject({
    conclusion: "failure",
    output: { title: expect.stringMatching(/^could not judge: /) },
  });
  expect(comment).toMatch(why);
});

test.concurrent("a pickle that calls itself ONNX ends with the training", async () => {
  const { gate, train, check } = await proposed(census(), { "made.onnx": PICKLE });
  expect(train).toMatchObject({ exitCode: 3, outputs: { candidate: "" } });
  expect(train.outputs.title).toMatch(/pickle/);
  expect(gate).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  expect(check?.conclusion).toBe("failure");
});

test.concurrent("classes in another order are named one by one", async () => {
  const [header = "", ...rows] = readFileSync(
    join(REPOSITORY, "examples/penguins-species/data/penguins.csv"),
    "utf8",
  ).split("\n");
  const bill = header.split(",").indexOf("bill_length_mm");
  const penguins = [header, ...rows.filter((row) => /\d/.test(row.split(",")[bill] ?? ""))].join("\n");
  const main = census(
    { "data/train.csv": penguins, "data/test.csv": penguins, "made.onnx": model("penguins") },
    {
      "task: binary": "task: multiclass",
      'label: { column: income, positive: ">50K" }':
        "label: { column: species, classes: [Adelie, Chinstrap, Gentoo] }\npredict:\n  features: [bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g]",
      "auc - baseline.auc > -0.005": "accuracy - baseline.accuracy > -0.03",
      "auc >= 0.7": "accuracy >= 0.8",
    },
  );
  const { gate, comment } = await proposed(main, { "made.onnx": model("penguins-numbers") });
  expect(gate).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  expect(comment).toMatch(/stand in another order than.*data\.label\.classes.*"Adelie" is answered with/s);
  const same = await proposed(main, { "train.sh": "cp made.onnx out/model.onnx # the same\n" });
  expect(same.gate).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
});

test.concurrent("a model with fewer inputs is judged like any other, and is a major version", async () => {
  const lenient = { "auc - baseline.auc > -0.005": "auc - baseline.auc > -0.1" };
  await using here = await pipeline(built, census({}, lenient));
  await release(here, await here.main());
  const pull = await here.propose("worse", { "made.onnx": recorded("worse") });
  const { gate } = await review(here, pull);
  expect(gate).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  const done = await release(here, await here.merge(pull));
  expect(done.register.outputs).toMatchObject({ version: "2.0.0" });
  expect(done.register.summary).toMatch(/Major after v1\.0\.0: /);
});

test("nothing of all that still runs", () => {
  expect(living(built.path)).toEqual([]);
});
