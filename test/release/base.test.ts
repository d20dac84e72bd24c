import { afterAll, beforeAll, expect, test } from "vitest";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, pipeline, review } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const BASE = { "baseline: production": "baseline: base" };

test.concurrent("with `baseline: base` a change is compared with the model of the commit that it changes", async () => {
  await using here = await pipeline(built, census({}, BASE));
  const pull = await here.propose("better", { "made.onnx": recorded("better") });
  const { train, gate } = await review(here, pull);
  expect(train.outputs.candidate).toMatch(
    /^mlops-candidate-census@sha256:[0-9a-f]{64} mlops-base-census@sha256:[0-9a-f]{64}$/,
  );
  expect(gate).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  const [comment] = await here.comments(pull);
  expect(comment?.body).toContain("better than the base commit");
  expect(comment?.body).toContain(`against \`${pull.base.sha.slice(0, 7)}\``);
  expect(comment?.body).toContain("the base commit, trained beside the candidate");
});

test.concurrent("a change that is worse than its base fails, and one whose base cannot be trained is not judged", async () => {
  await using here = await pipeline(built, census({}, BASE));
  const worse = await review(here, await here.propose("worse", { "made.onnx": recorded("worse") }));
  expect(worse.gate).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
  await here.pushMain({ "train.sh": "exit 5\n" });
  const pull = await here.propose("repair", { "train.sh": "cp made.onnx out/model.onnx\n" });
  const { train, gate } = await review(here, pull);
  expect(train.exitCode).toBe(0);
  expect(train.annotations).toContainEqual(
    expect.objectContaining({ level: "warning", title: "The base commit could not be trained" }),
  );
  expect(gate).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  const [comment] = await here.comments(pull);
  expect(comment?.body).toContain("nothing was trained from the base commit");
});
