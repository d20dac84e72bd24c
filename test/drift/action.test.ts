import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { log, PROJECT } from "./rows.ts";
import { builtCheck, type Scene, scene } from "./scene.ts";

const reference = log({ rows: 5_000, seed: 1n });
const FILES = { "mlops.yml": PROJECT, "reference.csv": reference, "now.csv": log({ rows: 2_000, seed: 2n }) };

let built: Awaited<ReturnType<typeof builtCheck>>;
beforeAll(async () => {
  built = await builtCheck();
}, 120_000);
afterAll(() => built?.[Symbol.asyncDispose]());

const on = (files = FILES, action?: string): Promise<Scene> => scene(built, files, action);

test.concurrent("drift opens one issue, asks for a retrain in the second check, and is over after three quiet ones", async () => {
  await using on_ = await on();
  await using quiet = await on_.check();
  expect([quiet.exitCode, quiet.stderr]).toEqual([0, ""]);
  expect(quiet.outputs).toMatchObject({ verdict: "pass", severity: "quiet", retrain: "false", issue: "" });
  expect(await on_.issues()).toEqual([]);

  await on_.commit({ "now.csv": log({ rows: 2_000, seed: 3n, shift: 1 }) });
  await using first = await on_.check();
  expect([first.exitCode, first.outputs.severity, first.outputs.retrain]).toEqual([0, "severe", "false"]);
  const [issue] = await on_.issues();
  expect(issue).toMatchObject({ title: "drift: churn — severe", state: "open" });
  expect(issue?.body).toContain("the next check has to find the same");
  expect(await on_.box.dispatches()).toEqual([]);

  await using second = await on_.check();
  expect(second.outputs).toMatchObject({ severity: "severe", retrain: "true" });
  const evidence = JSON.parse(await readFile(second.outputs.evidence ?? "", "utf8"));
  expect(evidence.predicate.outcome.details.history).toHaveLength(3);
  expect(await on_.box.dispatches()).toMatchObject([
    {
      type: "mlops-retrain",
      payload: {
        model: "churn",
        project: ".",
        issue: issue?.number,
        artifact: "mlops-drift-churn",
        "evidence-digest": second.outputs["evidence-digest"],
      },
    },
  ]);
  await using third = await on_.check();
  expect(third.outputs.retrain).toBe("false");
  expect(await on_.box.dispatches()).toHaveLength(1);
  expect((await on_.issues()).map(({ number }) => number)).toEqual([issue?.number]);
  expect(await on_.comments(issue?.number ?? 0)).toEqual([]);

  await on_.commit({ "now.csv": FILES["now.csv"] });
  for (let check = 0; check < 3; check++) await (await on_.check())[Symbol.asyncDispose]();
  const [over, ...others] = await on_.issues();
  expect([over?.state, others]).toEqual(["closed", []]);
  expect((await on_.comments(over?.number ?? 0)).at(-1)).toContain("✅ over: quiet since");
}, 240_000);

test.concurrent("a check that fails is red, says so in an issue of its own, and takes it back when it runs again", async () => {
  await using on_ = await on({ ...FILES, "now.csv": "id,other\n1,2\n" });
  await using failed = await on_.check();
  expect([failed.exitCode, failed.outputs.verdict]).toEqual([3, "error"]);
  const [issue] = await on_.issues();
  expect(issue).toMatchObject({ title: "drift check of churn is not running", state: "open" });
  expect(issue?.body).toContain("no check has ever come to an end");
  await using again = await on_.check();
  expect(again.exitCode).toBe(3);
  expect(await on_.issues()).toHaveLength(1);
  await on_.commit({ "now.csv": FILES["now.csv"] });
  await using well = await on_.check();
  expect(well.exitCode).toBe(0);
  expect(await on_.issues()).toMatchObject([{ state: "closed" }]);
}, 120_000);

test.concurrent("a failing check is told in the issue that is open, with the last that ran, and says what drifted all the same", async () => {
  await using on_ = await on({ ...FILES, "now.csv": log({ rows: 2_000, seed: 3n, shift: 1 }) });
  await (await on_.check())[Symbol.asyncDispose]();
  await on_.commit({ "now.csv": "id,usage\n" });
  await using failed = await on_.check();
  expect(failed.exitCode).toBe(3);
  const [issue, ...others] = await on_.issues();
  expect(others).toEqual([]);
  expect(issue?.body).toMatch(/The drift check is not running[\s\S]*the last one was on[\s\S]*usage/);
}, 120_000);

test.concurrent("a fault of the data is told and never trained on; the repository's root action does the same", async () => {
  const files = { ...FILES, "now.csv": log({ rows: 2_000, seed: 3n, shift: 1, missing: 0.4 }) };
  await using on_ = await on(files, "");
  for (let check = 0; check < 2; check++) {
    await using found = await on_.check({ stages: "drift" });
    expect([found.exitCode, found.outputs.severity]).toEqual([0, "severe"]);
  }
  expect(await on_.box.dispatches()).toEqual([]);
  expect((await on_.issues())[0]?.body).toContain("fix the data first");
}, 120_000);

test.concurrent("a person's closing is an acknowledgement: nothing is opened again while nothing gets worse", async () => {
  await using on_ = await on({ ...FILES, "now.csv": log({ rows: 2_000, seed: 3n, shift: 1 }) });
  await (await on_.check())[Symbol.asyncDispose]();
  const [issue] = await on_.issues();
  // GitHub tells times in whole seconds.
  await new Promise((later) => setTimeout(later, 1_000));
  await on_.close(issue?.number ?? 0);
  await (await on_.check())[Symbol.asyncDispose]();
  expect(await on_.issues()).toMatchObject([{ number: issue?.number, state: "closed" }]);
}, 120_000);

test.concurrent("a retrain that could not be asked for is not said to be started, and the check is red", async () => {
  await using on_ = await on({ ...FILES, "now.csv": log({ rows: 2_000, seed: 3n, shift: 1 }) });
  await (await on_.check())[Symbol.asyncDispose]();
  const answer = { kind: "status", status: 403, message: "Resource not accessible by integration" } as const;
  await on_.box.fault({ phase: "before", method: "POST", path: "*/dispatches", times: "always", answer });
  await using refused = await on_.check();
  expect([refused.exitCode, refused.outputs.retrain]).toEqual([3, "false"]);
  const [issue, ...others] = await on_.issues();
  expect(others).toEqual([]);
  expect(issue?.body).toMatch(/Retrain: not started\*\* \(it could not be asked for: GitHub refused/);
  expect(await on_.comments(issue?.number ?? 0)).toEqual([]);
  await on_.box.clearFaults();
  await using again = await on_.check();
  expect([again.exitCode, again.outputs.retrain]).toEqual([0, "true"]);
}, 120_000);
