import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holds } from "../../demo/workflow/expression.ts";
import { recorded } from "../release/census.ts";
import { type BuiltActions, builtActions } from "../release/pipeline.ts";
import { type Engine, engine, missing } from "./engine.ts";
import { two } from "./models.ts";
import { readTemplate } from "./workflow.ts";

describe.skipIf(missing !== "")(`model-review through act${missing}`, () => {
  let built: BuiltActions;
  let here: Engine;
  beforeAll(async () => {
    built = await builtActions();
    here = await engine(built, two());
  });
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });

  const review = async (branch: string, files: Parameters<Engine["propose"]>[1]) => {
    const pull = await here.propose(branch, files);
    const { jobs } = await here.act("model-review", { name: "pull_request", payload: pull.event });
    const results = Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]));
    return { pull, jobs, results };
  };

  test("two models are trained and judged, each in jobs of its own that hold no more than they say", async () => {
    const { pull, jobs, results } = await review("both", {
      "models/adult/made.onnx": recorded("better"),
      "models/census/made.onnx": recorded("worse"),
    });
    expect(results).toEqual({
      Plan: "success",
      ...Object.fromEntries(
        ["Validate", "Train", "Evaluate"].flatMap((job) =>
          ["models/adult", "models/census"].map((model) => [`${model} / ${job}`, "success"]),
        ),
      ),
      mlops: "success",
    });
    // What a token may not do is named as not written.
    expect(
      Object.values(jobs)
        .map(({ said }) => said)
        .join(""),
    ).not.toContain("was not written");
    const checks = await here.checks(pull.head.sha);
    expect(checks.map(({ name, conclusion }) => [name, conclusion]).sort()).toEqual([
      ["mlops / adult", "success"],
      ["mlops / census", "success"],
    ]);
    // The outputs of one model's jobs have not reached the other's.
    const aucs = checks.map(({ output }) => output.title);
    expect(new Set(aucs).size).toBe(2);
    const comments = await here.comments(pull);
    expect(comments.map(({ body }) => /(adult|census): pass/.exec(body)?.[1]).sort()).toEqual([
      "adult",
      "census",
    ]);
  });

  test("what a change does not touch is not trained", async () => {
    const { results } = await review("one", { "models/adult/made.onnx": recorded("looks-different") });
    expect(Object.keys(results).sort()).toEqual([
      "Plan",
      "mlops",
      "models/adult / Evaluate",
      "models/adult / Train",
      "models/adult / Validate",
    ]);
  });

  test("a change that touches no model ends in the check that is required", async () => {
    const { pull, results } = await review("text", { "README.md": "Text\n" });
    expect(results).toEqual({ Plan: "success", mlops: "success" });
    expect(await here.comments(pull)).toEqual([]);
  });

  test("a training that fails is said where the verdict would have been, and stops the merge", async () => {
    const { pull, results } = await review("broken", { "models/census/train.sh": "exit 7\n" });
    expect(results).toEqual({
      Plan: "success",
      "models/census / Validate": "success",
      "models/census / Train": "failure",
      "models/census / Evaluate": "failure",
      // Here act gives up, where GitHub goes on to the job `mlops`: see below.
    });
    const [check] = await here.checks(pull.head.sha);
    expect(check).toMatchObject({ name: "mlops / census", conclusion: "failure" });
    expect(check?.output.title).toMatch(/^could not judge/);
  });

  test("rows that break the rules stop the change before anything is trained of them", async () => {
    const [path, text] =
      Object.entries(two()).find(([file]) => file === "models/census/data/train.csv") ?? [];
    const rows = String(text).split("\n");
    const { pull, results } = await review("rows", {
      [path ?? ""]: [...rows.slice(0, -1), rows[1], ""].join("\n"),
    });
    expect(results).toEqual({ Plan: "success", "models/census / Validate": "failure" });
    expect(await here.checks(pull.head.sha)).toMatchObject([
      { name: "mlops / census", conclusion: "failure" },
    ]);
  });

  test("a plan that fails does not let the merge pass", async () => {
    const { results } = await review("no-project", {
      "models/adult/mlops.yml": null,
      "models/census/mlops.yml": null,
    });
    expect(results).toEqual({ Plan: "failure", mlops: "failure" });
  });

  test("where the file says so, the base is made in a job of its own, and compared with", async () => {
    await using other = await engine(built, {
      ...two(),
      ...Object.fromEntries(
        Object.entries(two()).flatMap(([path, text]) =>
          path.endsWith("mlops.yml")
            ? [[path, String(text).replace("baseline: production", "baseline: base")]]
            : [],
        ),
      ),
    });
    await other.pushMain({
      ".github/workflows/model-review.yml": (
        await readFile(join(other.repository.path, ".github/workflows/model-review.yml"), "utf8")
      ).replace("baseline: false", "baseline: true"),
    });
    const pull = await other.propose("better", { "models/adult/made.onnx": recorded("better") });
    const { jobs } = await other.act(
      "model-review",
      { name: "pull_request", payload: pull.event },
      { depth: 0 },
    );
    expect(jobs["models/adult / Baseline"]?.result).toBe("success");
    const [check] = await other.checks(pull.head.sha);
    expect(check?.output.title).toMatch(/^pass: auc \+0/);
    expect((await other.comments(pull))[0]?.body).toContain("trained in a job of its own");
  });

  test("in the merge queue the required check comes, and nothing is trained", async () => {
    const event = { name: "merge_group", payload: { action: "checks_requested" } };
    const { jobs } = await here.act("model-review", event);
    expect(Object.entries(jobs).map(([name, { result }]) => [name, result])).toEqual([
      ["Plan", "success"],
      ["mlops", "success"],
    ]);
  });
});

const { mlops } = readTemplate("model-review").jobs;
test.each([
  ["success", "success", true],
  ["success", "skipped", true],
  ["success", "failure", false],
  ["success", "cancelled", false],
  ["failure", "skipped", false],
  ["cancelled", "skipped", false],
])("plan %s, models %s: the required check is green: %s", (plan, project, isGreen) => {
  const needs = { plan: { result: plan }, project: { result: project } };
  const status = [plan, project].includes("failure") ? "failure" : "success";
  expect(mlops?.needs).toEqual(Object.keys(needs));
  expect(holds(mlops?.if, { needs }, status)).toBe(true);
  const stops = mlops?.steps.filter((step) => holds(step.if, { needs }, "success"));
  expect(stops?.map(({ run }) => run)).toEqual(isGreen ? [] : ["exit 1"]);
});
