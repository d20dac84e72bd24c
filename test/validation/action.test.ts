import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Files, type PullRequest, push, readPullRequest } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { census, recorded } from "../release/census.ts";
import { type BuiltActions, builtActions, type Pipeline, pipeline } from "../release/pipeline.ts";
import { COLUMNS, project, TRAIN } from "./scene.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const BAD = { "train.csv": `${TRAIN}13,7,pro,01067,2025-12-01,0\n` };
const MORE = { "train.csv": `${TRAIN}13,17,pro,01067,2025-12-01,0\n` };

async function amend(here: Pipeline, pull: PullRequest, files: Files) {
  const { repository, box } = here;
  await repository.git.bytes(["checkout", "--quiet", pull.head.ref]);
  await repository.commit(files, { branch: pull.head.ref });
  await push(box, repository, { token: "ada", branch: pull.head.ref });
  return readPullRequest(box, { token: "ada", number: pull.number });
}

test.concurrent("rows alone: a verdict in comment and check that the next commit mends", async () => {
  await using here = await pipeline(built, project());
  const pull = await here.propose("rows", BAD);
  const bad = await here.runOn(pull).job("data-validate", { rights: "review" });
  expect([bad.exitCode, bad.stderr]).toEqual([1, ""]);
  expect(bad.outputs).toMatchObject({
    verdict: "fail",
    title: "data fail: age in train.csv: 1 row below 16",
  });
  expect(bad.annotations).toMatchObject([
    {
      level: "error",
      file: "mlops.yml",
      line: 9,
      message: "age in train: at least 16: 1 of 11 rows below 16",
    },
  ]);
  const [comment, ...others] = await here.comments(pull);
  expect(others).toEqual([]);
  expect(comment?.body).toMatch(
    /^<!-- mlops:churn:evaluate [^\n]*-->\n+### ❌ churn data: fail — `age` in train\.csv: 1 row below 16/,
  );
  expect(comment?.body.match(/<!--/g)).toHaveLength(1);
  expect(comment?.body).toContain("row 11");
  expect(comment?.body).toContain("train 11 rows (+1 −0 rows, 0 changed)");
  expect(await here.checks(pull.head.sha)).toMatchObject([
    { name: "mlops / churn", conclusion: "failure", output: { title: bad.outputs.title } },
  ]);
  const evidence = await readFile(bad.outputs.evidence ?? "", "utf8");
  expect(JSON.parse(evidence)).toMatchObject({
    predicateType: "https://mlops-actions.dev/validate/v1",
    predicate: {
      policy: { from: "base", commit: pull.base.sha, changedHere: [] },
      run: { commit: pull.head.sha },
    },
  });

  const mended = await amend(here, pull, MORE);
  const good = await here.runOn(mended).job("data-validate", { rights: "review" });
  expect(good).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  const after = await here.comments(pull);
  expect(after).toHaveLength(1);
  expect(after[0]?.body).toContain("✅ churn data: pass");
  expect(await here.checks(mended.head.sha)).toMatchObject([{ conclusion: "success" }]);

  // A shallow checkout asks GitHub for the rows of the base.
  const shallow = await here.runOn(mended).job("data-validate", { rights: "review", depth: 1 });
  const of = async (path = "") => JSON.parse(await readFile(path, "utf8")).predicate.outcome.details.tables;
  expect(await of(shallow.outputs.evidence)).toEqual(await of(good.outputs.evidence));
});

test.concurrent("rules that cannot be read end in 3, with their place", async () => {
  await using here = await pipeline(built, project());
  const { "mlops.yml": rules } = project(COLUMNS.replace("min: 16", "minimum: 16"));
  const pull = await here.propose("rules", { "mlops.yml": rules as string });
  const done = await here.runOn(pull).job("data-validate", { rights: "review" });
  expect(done).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  expect(done.annotations).toMatchObject([{ level: "error", file: "mlops.yml", line: 9 }]);
  expect((await here.comments(pull))[0]?.body).toContain("⛔ churn data: could not judge");
  expect(await here.checks(pull.head.sha)).toMatchObject([{ conclusion: "failure" }]);
});

test.concurrent("a change that leaves the model alone is not checked, and a token that may not write costs no verdict", async () => {
  await using here = await pipeline(built, project(COLUMNS, { "models/.keep": "", "docs/a.md": "1" }));
  const rules = (project()["mlops.yml"] as string).replace("data:", "paths: [models/**]\ndata:");
  await here.pushMain({ "mlops.yml": rules });
  const pull = await here.propose("docs", { "docs/a.md": "2" });
  const docs = await here.runOn(pull).job("data-validate", { rights: "review" });
  expect(docs).toMatchObject({ exitCode: 0, outputs: { verdict: "not_applicable", evidence: "" } });
  expect(await here.comments(pull)).toEqual([]);
  expect(await here.checks(pull.head.sha)).toMatchObject([
    { conclusion: "success", output: { title: "not affected by this change" } },
  ]);
  const other = await here.propose("rows", BAD);
  const reading = await here.runOn(other).job("data-validate", { rights: "train" });
  expect(reading).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
  expect(reading.summary).toContain("❌ churn data: fail");
  expect(await here.comments(other)).toEqual([]);
});

const RULES = { "  label:": "  columns: { age: { type: integer, min: 17, max: 90 } }\n  label:" };
const train = census()["data/train.csv"] as string;
const young = train.replace(/^(\d+),(\d+)/m, "$1,7");

test.concurrent("rows and model in jobs of their own speak in one comment and one check", async () => {
  await using here = await pipeline(built, census({}, RULES));
  const pull = await here.propose("change", { "made.onnx": recorded("better") });
  const run = here.runOn(pull);
  const rows = await run.job("data-validate", { rights: "review" });
  expect(rows).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  // Green before the model was judged would let the change in.
  expect([await here.comments(pull), await here.checks(pull.head.sha)]).toEqual([[], []]);
  const { outputs } = await run.job("train", { rights: "train" });
  const gate = (validation: string | undefined) =>
    run.job("evaluate-gate", { rights: "review", inputs: { candidate: outputs.candidate, validation } });
  const judged = await gate(rows.outputs["evidence-digest"]);
  expect([judged.exitCode, judged.outputs.verdict]).toEqual([0, "pass"]);
  const [comment, ...others] = await here.comments(pull);
  expect(others).toEqual([]);
  expect(comment?.body).toMatch(/### ✅ census: pass[\s\S]*### ✅ census data: pass/);
  expect(await here.checks(pull.head.sha)).toMatchObject([{ name: "mlops / census", conclusion: "success" }]);
  const forged = await gate("0".repeat(64));
  expect(forged).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  expect(forged.outputs.title).toContain("The evidence of the validation is");
  const no = await gate("latest");
  expect(no).toMatchObject({ exitCode: 3 });
});

test.concurrent("rows that only fit rules of their own change keep the model's verdict from passing", async () => {
  await using here = await pipeline(built, census({}, RULES));
  const rules = (census({}, RULES)["mlops.yml"] as string).replace("min: 17", "min: 5");
  const pull = await here.propose("change", {
    "made.onnx": recorded("better"),
    "data/train.csv": young,
    "mlops.yml": rules,
  });
  const run = here.runOn(pull);
  const rows = await run.job("data-validate", { rights: "review" });
  expect(rows).toMatchObject({ exitCode: 0, outputs: { verdict: "inconclusive" } });
  expect(await here.checks(pull.head.sha)).toEqual([]);
  const { outputs } = await run.job("train", { rights: "train" });
  const inputs = { candidate: outputs.candidate, validation: rows.outputs["evidence-digest"] };
  const judged = await run.job("evaluate-gate", { rights: "review", inputs });
  expect(judged).toMatchObject({ exitCode: 0, outputs: { verdict: "inconclusive" } });
  expect(judged.outputs.title).toMatch(/^data inconclusive: /);
  expect(await here.checks(pull.head.sha)).toMatchObject([{ conclusion: "neutral" }]);
  expect(await here.comments(pull)).toHaveLength(1);
});

test.concurrent("in one step rows that are refused stop the training, and what is mended goes on to the verdict", async () => {
  await using here = await pipeline(
    built,
    census({ "train.sh": "touch ran; cp made.onnx out/model.onnx\n" }, RULES),
  );
  const pull = await here.propose("change", { "made.onnx": recorded("better"), "data/train.csv": young });
  let ran = false;
  const step = (pull: PullRequest, stages: string, trusted = "true") =>
    here.runOn(pull).job("root", {
      rights: "review",
      inputs: { stages, trusted },
      after: async (workspace) => {
        ran = await readFile(join(workspace, "ran")).then(
          () => true,
          () => false,
        );
      },
    });
  const refused = await step(pull, "validate, train, evaluate", "false");
  expect([refused.exitCode, refused.outputs, ran]).toEqual([3, {}, false]);
  const stopped = await step(pull, "validate, train, evaluate");
  expect([stopped.exitCode, stopped.outputs.verdict, ran]).toEqual([1, "fail", false]);
  expect((await here.comments(pull)).map(({ body }) => /data: fail/.test(body))).toEqual([true]);
  expect(await here.checks(pull.head.sha)).toMatchObject([{ conclusion: "failure" }]);
  const only = await step(pull, "validate");
  expect([only.exitCode, ran]).toEqual([1, false]);

  const mended = await amend(here, pull, { "data/train.csv": train });
  const done = await step(mended, "validate, train, evaluate");
  expect([done.exitCode, done.outputs.verdict, ran]).toEqual([0, "pass", true]);
  const comments = await here.comments(pull);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toMatch(/### ✅ census: pass[\s\S]*### ✅ census data: pass/);
  expect(await here.checks(mended.head.sha)).toMatchObject([
    { name: "mlops / census", conclusion: "success" },
  ]);
});
