import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ActionResult } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, type Pipeline, pipeline, type Run } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

/** A run of `main` that has trained and judged. */
async function judged(here: Pipeline) {
  const run = here.run(await here.main());
  const train = await run.job("train", { rights: "train" });
  const candidate = train.outputs.candidate ?? "";
  const evaluate = await run.job("evaluate-gate", { rights: "evaluate", inputs: { candidate } });
  return { run, candidate, digest: evaluate.outputs["evidence-digest"] ?? "", evaluate };
}

const register = (run: Run, candidate: string, digest: string) =>
  run.job("register-model", { rights: "register", inputs: { candidate, "evidence-digest": digest } });

/** That nothing was registered, with what was said about it. */
async function refused(here: Pipeline, done: ActionResult): Promise<string> {
  expect(done).toMatchObject({ exitCode: 3, outputs: { version: "", tag: "", how: "", verdict: "error" } });
  expect(done.outputs.title).toMatch(/^not registered: /);
  expect(done.summary).toContain("census release: not registered — ");
  expect(await here.ask("GET", "/git/matching-refs/tags/")).toEqual([]);
  expect(await here.ask("GET", "/releases")).toEqual([]);
  return done.annotations.map(({ message }) => message).join("\n");
}

/** That an input was asked for, and nothing done. */
async function missing(here: Pipeline, done: ActionResult, input: string): Promise<void> {
  expect(done).toMatchObject({ exitCode: 3, outputs: {} });
  expect(done.annotations[0]?.message).toContain(`The input \`${input}\` is required`);
  expect(await here.ask("GET", "/releases")).toEqual([]);
}

test.concurrent("nothing is registered but on the default branch after its merge", async () => {
  await using here = await pipeline(built, census());
  const { run, candidate, digest } = await judged(here);
  const pull = await here.propose("change", { "README.md": "a change\n" });
  expect(await refused(here, await register(here.runOn(pull), candidate, digest))).toContain(
    "Nothing is registered on `pull_request`",
  );
  const branch = { name: "push", payload: { ...(await here.main()).payload, ref: "refs/heads/change" } };
  expect(
    await refused(here, await register(here.run(branch, { runId: run.id }), candidate, digest)),
  ).toContain("versions are registered on `main` alone");
  const old = { name: "push", payload: { ...(await here.main()).payload, after: pull.head.sha } };
  expect(await refused(here, await register(here.run(old, { runId: run.id }), candidate, digest))).toContain(
    "is checked out, this run is of",
  );
});

test.concurrent("evidence is believed by the digest of the job that judged, and of this model alone", async () => {
  await using here = await pipeline(built, census());
  const { run, candidate, digest, evaluate } = await judged(here);
  const other = "a".repeat(64);
  const told = await refused(here, await register(run, candidate, other));
  expect(told).toContain(digest);
  expect(told).toContain(other);
  expect(await refused(here, await register(run, candidate, "latest"))).toMatch(/not a SHA-256/);
  await missing(here, await register(run, candidate, ""), "evidence-digest");
  expect(
    await refused(
      here,
      await register(
        run,
        candidate.replace(/.$/, (end) => (end === "0" ? "1" : "0")),
        digest,
      ),
    ),
  ).toMatch(/candidate/);
  // A run whose evaluation has left nothing.
  const empty = here.run(await here.main());
  const trained = await empty.job("train", { rights: "train" });
  expect(await refused(here, await register(empty, trained.outputs.candidate ?? "", digest))).toMatch(
    /mlops-evaluate-census.* is not among those of this run/,
  );
  // The evaluation's own words about another candidate.
  const text = await readFile(evaluate.outputs.evidence ?? "", "utf8");
  await here.upload(empty, "mlops-evaluate-census", { "evidence.json": text });
  const worse = here.run(await here.pushMain({ "made.onnx": recorded("better") }));
  const better = await worse.job("train", { rights: "train" });
  const ofAnother = await refused(here, await register(worse, better.outputs.candidate ?? "", digest));
  expect(ofAnother).toMatch(/mlops-evaluate-census.* is not among those of this run/);
  await here.upload(worse, "mlops-evaluate-census", { "evidence.json": text });
  const carried = await refused(here, await register(worse, better.outputs.candidate ?? "", digest));
  expect(carried).toMatch(/The evaluation is of [0-9a-f]{7} in run \d+, this is [0-9a-f]{7} in run \d+/);
  const now = await here.main();
  const second = here.run(now);
  const retold = movedTo(text, second.id, String(now.payload.after));
  const anew = await second.job("train", { rights: "train" });
  await here.upload(second, "mlops-evaluate-census", { "evidence.json": retold });
  const mixed = await refused(here, await register(second, anew.outputs.candidate ?? "", sha256(retold)));
  expect(mixed).toMatch(/the training made [0-9a-f]{64}, the evaluation judged [0-9a-f]{64}/);
  // Of another model, by words that its digest fits.
  const third = here.run(now);
  const foreign = movedTo(text, third.id, String(now.payload.after)).replaceAll('"census"', '"churn"');
  const again = await third.job("train", { rights: "train" });
  await here.upload(third, "mlops-evaluate-census", { "evidence.json": foreign });
  expect(
    await refused(here, await register(third, again.outputs.candidate ?? "", sha256(foreign))),
  ).toContain("the evidence of `evaluate` is of churn");
});

/** The same statement, as if another run had made it of another commit. */
function movedTo(text: string, runId: number, commit: string): string {
  const statement = JSON.parse(text);
  Object.assign(statement.predicate.run, { commit, github: { ...statement.predicate.run.github, runId } });
  return JSON.stringify(statement);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

test.concurrent("what has failed is not registered", async () => {
  await using here = await pipeline(built, census({}, { "- auc >= 0.7": "- auc >= 0.97" }));
  const { run, candidate, digest, evaluate } = await judged(here);
  expect(evaluate).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
  expect(await refused(here, await register(run, candidate, digest))).toContain("ended in `fail`");
});

test.concurrent("a training that failed ends in a check, and in no version", async () => {
  await using here = await pipeline(built, census());
  const pull = await here.propose("broken", { "train.sh": "echo no such column >&2; exit 4\n" });
  const run = here.runOn(pull);
  const train = await run.job("train", { rights: "train" });
  expect(train).toMatchObject({ exitCode: 3, outputs: { candidate: "" } });
  const gate = await run.job("evaluate-gate", {
    rights: "review",
    inputs: { candidate: train.outputs.candidate },
  });
  expect(gate).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
  const [check, ...others] = await here.checks(pull.head.sha);
  expect(others).toEqual([]);
  expect(check).toMatchObject({ name: "mlops / census", conclusion: "failure" });
  expect(check?.output.title).toMatch(/^could not judge: no candidate: see the train job$/);
  const [comment] = await here.comments(pull);
  expect(comment?.body).toContain("see the train job");

  const broken = here.run(await here.merge(pull));
  const failed = await broken.job("train", { rights: "train" });
  const candidate = failed.outputs.candidate ?? "";
  const evaluate = await broken.job("evaluate-gate", { rights: "evaluate", inputs: { candidate } });
  expect(evaluate.outputs.title).toMatch(/^could not judge: no candidate/);
  await missing(
    here,
    await register(broken, candidate, evaluate.outputs["evidence-digest"] ?? ""),
    "candidate",
  );
});
