import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionResult } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, type Pipeline, pipeline } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const RAN = "touch ran; cp made.onnx out/model.onnx\n";

/** The step, and whether the project's code has run in it. */
async function step(here: Pipeline, job: Parameters<ReturnType<Pipeline["runOn"]>["job"]>[1]) {
  const pull = await here.propose("change", { "made.onnx": recorded("better") });
  let [ran, isolation] = [false, ""];
  const done = await here.runOn(pull).job("root", {
    ...job,
    after: async (workspace) => {
      ran = await readFile(join(workspace, "ran")).then(
        () => true,
        () => false,
      );
      const evidence = await readFile(join(workspace, ".mlops/candidate/train.intoto.json"), "utf8").catch(
        () => undefined,
      );
      isolation = evidence === undefined ? "" : JSON.parse(evidence).predicate.outcome.details.isolation;
    },
  });
  return { done, ran, isolation, pull };
}

const said = ({ annotations }: ActionResult) => annotations.map(({ message }) => message).join("\n");

test.concurrent("training beside a token that can write is refused before anything runs", async () => {
  await using here = await pipeline(built, census({ "train.sh": RAN }));
  const { done, ran } = await step(here, { rights: "review", inputs: { stages: "train, evaluate" } });
  expect([done.exitCode, ran]).toEqual([3, false]);
  expect(said(done)).toContain("whose token can write checks, pull-requests");
  expect(said(done)).toContain("permissions: { contents: read }");
});

test.concurrent("with a token that only reads the verdict stands in the summary", async () => {
  await using here = await pipeline(built, census({ "train.sh": RAN }));
  const { done, ran, isolation, pull } = await step(here, {
    rights: "train",
    inputs: { stages: "train,evaluate" },
  });
  expect([done.exitCode, ran, done.outputs.verdict]).toEqual([0, true, "pass"]);
  expect(done.summary).toContain("census: pass");
  expect(await here.comments(pull)).toEqual([]);
  expect(await here.checks(pull.head.sha)).toEqual([]);
  expect(done.annotations.map(({ level, title }) => [level, title])).toEqual([
    ["notice", "The comment was not written"],
    ["notice", "The check was not written"],
  ]);
  expect(said(done)).toContain("the job's token needs `issues: read` or `pull-requests: read`");
  expect(isolation).toBe("own-job");
});

test.concurrent("what a team trusts trains and speaks in one job, and the evidence says so", async () => {
  await using here = await pipeline(built, census({ "train.sh": RAN }));
  const { done, ran, isolation, pull } = await step(here, {
    rights: "review",
    inputs: { stages: "train, evaluate", trusted: "true" },
  });
  expect([done.exitCode, ran]).toEqual([0, true]);
  expect(await here.comments(pull)).toHaveLength(1);
  expect(isolation).toBe("none");
});

test.concurrent("stages that may not stand together, or that nobody knows, are refused", async () => {
  await using here = await pipeline(built, census({ "train.sh": RAN }));
  const pull = await here.propose("change", { "made.onnx": recorded("better") });
  for (const [stages, why] of [
    ["train, register", /cannot stand in one step/],
    ["register, train", /cannot stand in one step/],
    ["train, deploy", /`stages` is "train, deploy".*`train, evaluate`/s],
  ] as const) {
    const done = await here.runOn(pull).job("root", { rights: "train", inputs: { stages } });
    expect([done.exitCode, done.outputs]).toEqual([3, {}]);
    expect(said(done)).toMatch(why);
  }
});
