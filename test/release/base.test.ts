import type { PullRequest } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, type Pipeline, pipeline, remake } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const BASE = { "baseline: production": "baseline: base" };

async function review(here: Pipeline, pull: PullRequest) {
  const run = here.runOn(pull);
  const train = await run.job("train", { rights: "train" });
  const base = await remake(run);
  const { candidate } = train.outputs;
  const { baseline } = base.outputs;
  const gate = await run.job("evaluate-gate", { rights: "review", inputs: { candidate, baseline } });
  return { run, train, base, gate };
}

test.concurrent("with `baseline: base` a change is compared with the model of the commit that it changes", async () => {
  await using here = await pipeline(built, census({}, BASE));
  const pull = await here.propose("better", { "made.onnx": recorded("better") });
  const { train, base, gate } = await review(here, pull);
  expect(train.outputs.candidate).toMatch(/^mlops-candidate-census@sha256:[0-9a-f]{64}$/);
  expect(base.outputs.baseline).toMatch(/^mlops-baseline-census@sha256:[0-9a-f]{64}$/);
  expect(gate).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  const [comment] = await here.comments(pull);
  expect(comment?.body).toContain("better than the base commit");
  expect(comment?.body).toContain(`against \`${pull.base.sha.slice(0, 7)}\``);
  expect(comment?.body).toContain("the base commit, trained in a job of its own");
});

test.concurrent("a change that is worse than its base fails, and one whose base cannot be trained is not judged", async () => {
  await using here = await pipeline(built, census({}, BASE));
  const worse = await review(here, await here.propose("worse", { "made.onnx": recorded("worse") }));
  expect(worse.gate).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
  await here.pushMain({ "train.sh": "exit 5\n" });
  const pull = await here.propose("repair", { "train.sh": "cp made.onnx out/model.onnx\n" });
  const { train, base, gate } = await review(here, pull);
  expect(train.exitCode).toBe(0);
  expect(base).toMatchObject({ exitCode: 3, outputs: {} });
  expect(base.stdout).toContain("exit code 5");
  expect(gate).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  const [comment] = await here.comments(pull);
  expect(comment?.body).toContain("nothing was trained from the base commit");
});

test.concurrent("a change cannot make what it is compared with: its own training counts as the candidate's alone, and its checkout is refused", async () => {
  await using here = await pipeline(built, census({}, BASE));
  const pull = await here.propose("worse", { "made.onnx": recorded("worse") });
  const run = here.runOn(pull);
  const train = await run.job("train", { rights: "train" });
  const { candidate } = train.outputs;
  const itself = await run.job("evaluate-gate", {
    rights: "review",
    inputs: { candidate, baseline: candidate },
  });
  expect(itself).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  const refused = await remake(run, { before: async () => undefined });
  expect(refused).toMatchObject({ exitCode: 3, outputs: {} });
  expect(refused.stdout).toContain("must not make what it is compared with");
});

test.concurrent("where the rules need no such model the job says so and makes none", async () => {
  await using here = await pipeline(built, census());
  const pull = await here.propose("better", { "made.onnx": recorded("better") });
  const made = await remake(here.runOn(pull));
  expect(made).toMatchObject({ exitCode: 0 });
  expect(made.outputs.baseline ?? "").toBe("");
  expect(made.stdout).toContain("census has no version yet");
});
