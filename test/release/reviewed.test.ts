import { afterAll, beforeAll, expect, test } from "vitest";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, pipeline, plan, release, review } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const BETTER = { "made.onnx": recorded("better") };

test.concurrent("what was reviewed is what ships, and a change beside it is trained again", async () => {
  await using here = await pipeline(built, census());
  expect((await release(here, await here.main())).register.outputs.tag).toBe("census@v1.0.0");

  const pull = await here.propose("better", BETTER);
  const stale = await here.propose("stale", { "train.sh": "cp made.onnx out/model.onnx # the same\n" });
  const [first, ofStale] = [await review(here, pull), await review(here, stale)];
  expect([first.train.exitCode, first.gate.exitCode]).toEqual([0, 0]);
  expect(ofStale.gate.exitCode).toBe(0);
  const checks = await here.checks(pull.head.sha);
  expect(checks.map(({ name, conclusion }) => [name, conclusion])).toEqual([["mlops / census", "success"]]);
  // A later run speaks in the same place.
  const again = here.runOn(pull);
  const retrained = await again.job("train", { rights: "train" });
  await again.job("evaluate-gate", { rights: "review", inputs: { candidate: retrained.outputs.candidate } });
  const comments = await here.comments(pull);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toMatch(
    /Nothing is in production yet.*compared with the newest version, `census@v1\.0\.0`/,
  );
  expect(comments[0]?.body).toContain("pass");

  const merged = await here.merge(pull);
  const shipped = await release(here, merged);
  expect(shipped.train).toBeUndefined();
  expect(shipped.candidate).toMatch(/^mlops-candidate-census#\d+@sha256:[0-9a-f]{64}$/);
  expect(shipped.plan.stdout).toContain(`.: reviewed in #${pull.number} as ${shipped.candidate}`);
  expect(shipped.register).toMatchObject({ exitCode: 0, outputs: { version: "1.1.0", how: "published" } });
  const manifest = await here.digestOf("census@v1.1.0", "manifest.json");
  expect(manifest).toBe(retrained.outputs["manifest-digest"]);
  expect(manifest).toBe(first.train.outputs["manifest-digest"]);

  // The other change was trained on a base that has moved since.
  const event = await here.merge(stale);
  const planned = await plan(here.run(event));
  expect(planned.outputs.candidates).toBe("{}");
  expect(planned.stdout).toContain(
    `.: trained again: what was trained in #${stale.number} was made of something else`,
  );
});

test.concurrent("a change that touches nothing of a model ends in a check that says so, and in no comment", async () => {
  await using here = await pipeline(
    built,
    census({ "docs/guide.md": "one\n" }, { "task: binary": "task: binary\npaths: [train.sh, made.onnx]" }),
  );
  const pull = await here.propose("docs", { "docs/guide.md": "two\n" });
  const run = here.runOn(pull);
  const train = await run.job("train", { rights: "train", depth: 2 });
  expect(train.outputs).toMatchObject({ verdict: "not_applicable", candidate: "" });
  const gate = await run.job("evaluate-gate", { rights: "review", inputs: { candidate: "" } });
  expect(gate).toMatchObject({ exitCode: 0, outputs: { verdict: "not_applicable" } });
  const checks = await here.checks(pull.head.sha);
  expect(checks.map(({ name, conclusion, output }) => [name, conclusion, output.title])).toEqual([
    ["mlops / census", "success", "not affected by this change"],
  ]);
  expect(await here.comments(pull)).toEqual([]);
  // Nobody's word that nothing was touched is believed: without a candidate a change that touches the model is not judged.
  const touching = await here.propose("touching", BETTER);
  const lost = await here
    .runOn(touching)
    .job("evaluate-gate", { rights: "review", inputs: { candidate: "" } });
  expect(lost).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
});

test.concurrent("a candidate of another run than the merged change's own is never taken", async () => {
  await using here = await pipeline(built, census());
  const pull = await here.propose("better", BETTER);
  const { train } = await review(here, pull);
  const [artifact] = (await here.artifacts()).filter(({ name }) => name === "mlops-candidate-census");
  const bytes = await here.artifactFiles(artifact?.id ?? 0);

  // The very same candidate, from a run of another branch of this repository, and from a fork's.
  const other = await here.propose("other", { "README.md": "another change\n" });
  const theirs = await here.propose("theirs", { "README.md": "a fork's change\n" }, { fork: "eve" });
  for (const elsewhere of [here.runOn(other), here.runOn(theirs)]) {
    await elsewhere.known();
    await here.upload(elsewhere, "mlops-candidate-census", bytes);
  }
  // One of the head's own run whose bytes are not what its evidence says.
  const own = here.runOn(pull);
  await own.known();
  await here.upload(own, "mlops-candidate-census", { ...bytes, "model.onnx": recorded("worse") });
  const event = await here.merge(pull);
  const planned = await plan(here.run(event));
  const digest = (train.outputs.candidate ?? "").split("@")[1];
  expect(JSON.parse(planned.outputs.candidates ?? "")).toEqual({
    ".": `mlops-candidate-census#${artifact?.id}@${digest}`,
  });

  // Without that one there is none.
  await here.ask("DELETE", `/actions/artifacts/${artifact?.id}`);
  const without = await plan(here.run(event));
  expect(without.outputs.candidates).toBe("{}");
  expect(without.stdout).toMatch(
    /trained again: .*`model\.onnx` (is missing or has another size|has other bytes)/,
  );

  // A candidate by its artifact's id is still only the one with that digest.
  const forged = (await here.artifacts()).find(({ workflow_run }) => workflow_run.id === own.id);
  const judged = await here.run(event).job("evaluate-gate", {
    rights: "evaluate",
    inputs: { candidate: `mlops-candidate-census#${forged?.id}@sha256:${"0".repeat(64)}` },
  });
  expect(judged).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  expect(judged.outputs.title).toMatch(/^could not judge/);
});

test.concurrent("what a fork's runs have made is trained again", async () => {
  await using here = await pipeline(built, census());
  const theirs = await here.propose("theirs", BETTER, { fork: "eve" });
  const { train } = await review(here, theirs);
  expect(train.exitCode).toBe(0);
  const planned = await plan(here.run(await here.merge(theirs)));
  expect(planned.outputs.candidates).toBe("{}");
  expect(planned.stdout).toContain(`trained again: #${theirs.number} came from a fork`);
});
