import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Document, Evidence } from "@mlops-actions/core";
import { checkout, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withHeartbeat } from "../../actions/job/heartbeat.ts";
import { type Environment, openJob } from "../../actions/job/job.ts";
import { speak } from "../../actions/job/speak.ts";
import { log, PROJECT } from "./rows.ts";
import { builtCheck, JOB, type Scene, scene } from "./scene.ts";

let built: Awaited<ReturnType<typeof builtCheck>>;
let on: Scene;
beforeAll(async () => {
  built = await builtCheck();
  on = await scene(built, {
    "mlops.yml": PROJECT,
    "reference.csv": log({ rows: 5_000, seed: 1n }),
    "now.csv": log({ rows: 2_000, seed: 3n, shift: 1 }),
  });
  await (await on.check())[Symbol.asyncDispose]();
}, 180_000);
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
  await built?.[Symbol.asyncDispose]();
});

const verdict: Document = {
  key: { model: "churn", stage: "evaluate" },
  verdict: "pass",
  title: "pass: auc +0.02",
  blocks: [{ kind: "headline", verdict: "pass", text: ["better"] }],
};

const WORKFLOWS = {
  "mlops.yml": "jobs: { drift: { steps: [{ uses: acme/mlops-actions/actions/drift-check@v1 }] } }",
  "train.yml": "jobs: { train: { steps: [{ run: python drift-check.py }] } }",
};

/** The default branch as other workflows check it out. */
async function checkedOut() {
  const workspace = await checkout(on.box, { ref: "refs/heads/main" });
  const folder = join(workspace.path, ".github", "workflows");
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(WORKFLOWS)) await writeFile(join(folder, name), text);
  return workspace;
}

async function environmentOf(
  workspace: string,
  temp: string,
  event: { name: string; payload: unknown },
): Promise<Environment> {
  const path = join(temp, "event.json");
  await writeFile(path, JSON.stringify(event.payload));
  for (const name of ["output", "summary"]) await writeFile(join(temp, name), "");
  return {
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: `${on.box.owner}/${on.box.repo}`,
    GITHUB_API_URL: on.box.apiUrl,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: path,
    GITHUB_RUN_ID: "5000",
    GITHUB_STEP_SUMMARY: join(temp, "summary"),
    RUNNER_TEMP: temp,
  };
}

test("other workflows say where the check has stopped, and nothing while it is in time", async () => {
  await using workspace = await checkedOut();
  await using temp = await temporaryFolder("loop");
  const push = { name: "schedule", payload: {} };
  const job = await openJob(await environmentOf(workspace.path, temp.path, push), JOB);
  await new Promise((later) => setTimeout(later, 1_500));
  expect(JSON.stringify((await withHeartbeat(job, ".", verdict)).blocks)).toContain(
    "The drift check has stopped",
  );
  // Where the check runs in a workflow of others, or in a composite action, any of the default branch counts.
  const called = "jobs: { drift: { uses: acme/all/.github/workflows/drift.yml@v1 } }";
  await writeFile(join(workspace.path, ".github", "workflows", "mlops.yml"), called);
  expect(JSON.stringify((await withHeartbeat(job, ".", verdict)).blocks)).toContain(
    "The drift check has stopped",
  );
  await writeFile(join(workspace.path, "mlops.yml"), PROJECT.replace("0.005 min", "1 d"));
  expect(await withHeartbeat(job, ".", verdict)).toBe(verdict);
  await writeFile(join(workspace.path, "mlops.yml"), PROJECT.slice(0, PROJECT.indexOf("drift:")));
  expect(await withHeartbeat(job, ".", verdict)).toBe(verdict);
});

test("what becomes of a retrain is written to the issue that asked for it", async () => {
  await using workspace = await checkedOut();
  await using temp = await temporaryFolder("loop");
  const [issue] = await on.issues();
  const payload = {
    action: "mlops-retrain",
    repository: { id: 1 },
    client_payload: { model: "churn", project: ".", issue: issue?.number },
  };
  const environment = await environmentOf(workspace.path, temp.path, {
    name: "repository_dispatch",
    payload,
  });
  const job = await openJob(environment, JOB);
  const evidence = { predicate: { outcome: { kind: "measured", judged: [] } } } as unknown as Evidence;
  const said = {
    evidence,
    document: verdict,
    inconclusive: "review",
    comment: false,
    check: false,
    artifact: false,
  } as const;
  await speak(job, said);
  await speak(job, { ...said, document: { ...verdict, key: { model: "other", stage: "evaluate" } } });
  const comments = await on.comments(issue?.number ?? 0);
  expect(comments).toHaveLength(1);
  expect(comments[0]).toMatch(/^\*\*Retrain, evaluate: pass\*\*: auc \+0\.02/);
});

test("what a fork or another workflow calls a check is none: it neither silences the warning nor becomes history", async () => {
  await new Promise((later) => setTimeout(later, 8_000));
  await (await on.check())[Symbol.asyncDispose]();
  await on.box.registerRun(1_002, { headOwner: "mallory" });
  const [theirs, own] = await on.artifacts();
  expect([theirs?.run, own?.run]).toEqual([1_002, 1_001]);
  await using workspace = await checkedOut();
  await using temp = await temporaryFolder("loop");
  const job = await openJob(
    await environmentOf(workspace.path, temp.path, { name: "schedule", payload: {} }),
    JOB,
  );
  // Theirs is just in time, our own is late.
  const age = (of: { created: string } | undefined) => Date.now() - Date.parse(of?.created ?? "");
  expect(age(own)).toBeGreaterThan(2 * age(theirs) + 2_000);
  const every = (age(own) - 1_000) / 1.5 / 60_000;
  await writeFile(join(workspace.path, "mlops.yml"), PROJECT.replace("0.005 min", `${every.toFixed(4)} min`));
  for (const whose of [
    {},
    { headOwner: on.box.owner, path: ".github/workflows/train.yml" },
    { headOwner: on.box.owner, path: ".github/workflows/gone.yml" },
  ]) {
    await on.box.registerRun(1_002, whose);
    expect(JSON.stringify((await withHeartbeat(job, ".", verdict)).blocks)).toContain(
      "The drift check has stopped",
    );
  }

  const history = async () => {
    await using check = await on.check();
    const evidence = JSON.parse(await readFile(check.outputs.evidence ?? "", "utf8"));
    return evidence.predicate.outcome.details.history.map(({ run }: { run: number }) => run);
  };
  expect(await history()).toEqual([1_003, 1_001]);
  for (const run of [1_001, 1_003]) await on.box.registerRun(run, { path: ".github/workflows/train.yml" });
  expect(await history()).toEqual([1_004]);
}, 120_000);
