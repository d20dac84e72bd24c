import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REPOSITORY } from "../terminal/command.ts";
import { census } from "./census.ts";
import {
  type BuiltActions,
  builtActions,
  judgeAndRegister,
  type Pipeline,
  pipeline,
  plan,
  type Run,
} from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

/** The event by which a drift check asks for a retrain. */
async function asked(here: Pipeline, payload: Readonly<Record<string, unknown>>) {
  const main = await here.main();
  return {
    name: "repository_dispatch",
    payload: { ...main.payload, action: "mlops-retrain", branch: "main", client_payload: payload },
  };
}

test.concurrent("a retrain is of the model that is named, wherever it lies by now; one that is gone is said", async () => {
  await using here = await pipeline(built, { ...census(), "other/mlops.yml": "model: other\n" });
  const planned = async (model: string) =>
    plan(here.run(await asked(here, { model, project: "models/before", issue: 1 })));
  const found = await planned("census");
  expect([found.exitCode, found.outputs.affected, found.outputs.candidates]).toEqual([0, '["."]', "{}"]);
  const gone = await planned("churn");
  expect([gone.exitCode, gone.outputs.affected]).toEqual([3, undefined]);
  expect(gone.annotations).toMatchObject([{ message: expect.stringContaining("churn") }]);
});

const CRON = ".github/workflows/drift-cron.yml";

/** What a drift check of this model keeps, as far as a version tells of it. */
const CHECK = JSON.stringify({
  _type: "https://in-toto.io/Statement/v1",
  predicateType: "https://mlops-actions.dev/drift/v1",
  subject: [],
  predicate: {
    project: { path: ".", model: "census" },
    policy: { commit: null, from: "working-tree", digest: "0".repeat(64), changedHere: [] },
    materials: [],
    run: {
      commit: null,
      clean: true,
      tool: "mlops-actions 0.1.0",
      started: "2026-11-21T05:17:00.000Z",
      finished: "2026-11-21T05:17:05.000Z",
    },
    outcome: {
      kind: "measured",
      verdict: "fail",
      judged: [],
      details: {
        version: { number: "1.0.0" },
        columns: [{ name: "age", severity: "severe" }],
        answers: [],
        retrain: { why: "twice in a row" },
      },
    },
  },
});

test.concurrent("a version tells of the drift check that its cron has kept, by its digest; of another it says nothing, and is made all the same", async () => {
  const cron = await readFile(join(REPOSITORY, "workflows-templates/drift-cron.yml"), "utf8");
  await using here = await pipeline(built, census({ [CRON]: cron }));
  const main = await here.main();
  const check = here.run(main);
  await here.upload(check, "mlops-drift-census", { "evidence.json": CHECK });
  const digest = createHash("sha256").update(CHECK).digest("hex");
  const released = async (run: Run) => {
    const { outputs } = await run.job("train", { rights: "train" });
    const { register } = await judgeAndRegister(run, outputs.candidate ?? "");
    const { assets } = await here.ask<{ assets: { name: string }[] }>(
      "GET",
      `/releases/tags/${register.outputs.tag}`,
    );
    const isTold = assets.some(({ name }) => name === "drift.intoto.jsonl");
    return { isTold, warned: register.annotations.map(({ title }) => title) };
  };
  let changes = 0;
  const retrained = async (cause: object) => {
    await here.pushMain({ "train.sh": `cp made.onnx out/model.onnx # ${++changes}\n` });
    return released(here.run(await asked(here, { model: "census", project: ".", ...cause })));
  };
  const silent = { isTold: false, warned: ["The version does not say which drift it was trained for"] };
  await here.box.registerRun(check.id, {
    path: CRON,
    event: "schedule",
    headSha: String(main.payload.after),
    headBranch: "main",
  });
  expect(await retrained({ run: check.id, "evidence-digest": "a".repeat(64) })).toEqual(silent);
  const told = { isTold: true, warned: [] };
  expect(await retrained({ run: check.id, "evidence-digest": digest })).toEqual(told);
  await here.box.registerRun(check.id, { path: ".github/workflows/train.yml" });
  expect(await retrained({ run: check.id, "evidence-digest": digest })).toEqual(silent);
});
