import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ActionResult,
  checkout,
  type Folder,
  type GitHubBox,
  type GitRepository,
  gitRepository,
  openPullRequest,
  personToken,
  push,
  pushEvent,
  runAction,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { candidate } from "../registry/candidate.ts";
import { registryOn } from "../registry/hub.ts";
import { buildInto, REPOSITORY } from "../terminal/command.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

// What the README asks for, and nothing more.
const RIGHTS = {
  contents: "write",
  deployments: "write",
  actions: "read",
  issues: "read",
  pull_requests: "read",
} as const;
const TOKEN = "ghs_0123456789abcdefghijklmnopqrst_deploy";

const PROJECT = `model: census-income
task: binary
data: {}
deploy:
  staging: { approval: none }
  production:
    approval: required
    traffic: { kind: command, set: 'echo "$MLOPS_WEIGHT $MLOPS_VERSION" > "$WORLD/now"', get: 'cat "$WORLD/now"' }
    metrics: { kind: command, run: 'cat "$WORLD/counted"' }
    steps: [50%, 100%]
    guardrails: ["error_rate / stable.error_rate <= 3"]
    windows: 1
    window: 1 s
    dwell: 1 s
    min_requests: 100
`;

let built: Folder;
let box: GitHubBox;
let repository: GitRepository;
let world: Folder;
let author: string;
let runs = 500;

beforeAll(async () => {
  built = await temporaryFolder("actions");
  await buildInto(built.path);
  await mkdir(join(built.path, "actions"), { recursive: true });
  await cp(join(REPOSITORY, "actions/deploy-canary"), join(built.path, "actions/deploy-canary"), {
    recursive: true,
  });
});
afterAll(() => built?.[Symbol.asyncDispose]());

beforeEach(async () => {
  box = await startGitHub({
    tokens: {
      acme: personToken("acme"),
      bea: personToken("bea"),
      eve: personToken("eve", { issues: "write" }),
      job: workflowToken({ contents: "write", actions: "read" }),
      [TOKEN]: workflowToken(RIGHTS),
    },
  });
  repository = await gitRepository({ "mlops.yml": PROJECT });
  author = await repository.commit({ "train.py": "# 1\n" }, { message: "Train", by: "cy" });
  await push(box, repository, { token: "acme" });
  world = await temporaryFolder("world");
  await writeFile(join(world.path, "now"), "100 1.0.0\n");
  await count([0, 0], [0, 0]);
  const { models } = registryOn(box, join(world.path, "scratch"));
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}`);
  const { id: repositoryId } = (await answer.json()) as { id: number };
  await box.registerRun(1, { event: "push", headSha: author });
  const run = { repositoryId, runId: 1, attempt: 1 };
  for (const bytes of ["one", "two", "three"]) {
    const made = await candidate(world.path, { bytes, run });
    const training = { ...made.manifest.training, commit: author };
    await models.publish({ ...made, manifest: { ...made.manifest, training } });
  }
  const first = await models.resolve("census-income", { version: "1.0.0" });
  if (first === undefined) throw new Error("nothing was published");
  await models.assign("production", first.version, 0, run);
  return async () => {
    await box.stop();
    await repository[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  };
});

/** What both versions have answered: requests and errors. */
async function count(stable: [number, number], canary: [number, number]): Promise<void> {
  const of = ([requests, errors]: [number, number]) => ({ requests, errors });
  const said = {
    since: "2026-01-01T00:00:00Z",
    slots: { "1.0.0": of([stable[0] + 4_000_000_000, stable[1] + 40_000_000]), "1.1.0": of(canary) },
  };
  await writeFile(join(world.path, "counted"), JSON.stringify(said));
}

async function job(
  inputs: Readonly<Record<string, string>>,
  { runId = ++runs, name = "push" }: { runId?: number; name?: string } = {},
): Promise<ActionResult> {
  await using workspace = await checkout(box, { ref: "refs/heads/main", token: "acme" });
  const event = await pushEvent(box, { token: "acme", sha: workspace.sha });
  // Awaited here: the workspace goes with this block.
  return await runAction({
    action: join(built.path, "actions/deploy-canary"),
    workspace: workspace.path,
    event: { ...event, name },
    box,
    token: TOKEN,
    inputs,
    runId,
    actor: "ada",
    env: { MLOPS_NATIVES: REPOSITORY, WORLD: world.path },
  });
}

const tags = async () => {
  const answer = await fetch(
    `${box.apiUrl}/repos/${box.owner}/${box.repo}/git/matching-refs/tags/census-income%23`,
  );
  return ((await answer.json()) as { ref: string }[]).map(({ ref }) => ref.replace("refs/tags/", ""));
};
const said = async (environment: string) => {
  const at = `${box.apiUrl}/repos/${box.owner}/${box.repo}/deployments`;
  const all = (await (await fetch(`${at}?environment=${environment}`)).json()) as {
    id: number;
    ref: string;
  }[];
  return Promise.all(
    all.map(async ({ id, ref }) => {
      const statuses = (await (await fetch(`${at}/${id}/statuses`)).json()) as { state: string }[];
      return `${ref} ${statuses
        .map(({ state }) => state)
        .toReversed()
        .join(" ")}`;
    }),
  );
};

test("an environment without traffic is a pointer: its tag moves, its predecessor is inactive, who listens is told", async () => {
  await using first = await job({ environment: "staging", version: "1.0.0" });
  expect(first).toMatchObject({ exitCode: 0, outputs: { state: "live", version: "1.0.0", live: "1.0.0" } });
  await using second = await job({ environment: "staging" });
  expect(second.outputs).toMatchObject({ state: "live", version: "1.2.0" });
  expect(await tags()).toContain("census-income#staging#2");
  expect(await said("staging")).toEqual([
    "census-income@v1.2.0 success",
    "census-income@v1.0.0 success inactive",
  ]);
  expect((await box.dispatches()).map(({ type, payload }) => [type, payload.version])).toEqual([
    ["mlops-promoted", "1.0.0"],
    ["mlops-promoted", "1.2.0"],
  ]);
  await using again = await job({ environment: "staging" });
  expect(again.outputs).toMatchObject({ state: "unchanged", verdict: "pass" });
  await using older = await job({ environment: "staging", version: "1.1.0" });
  expect(older).toMatchObject({ exitCode: 3 });
  expect(older.outputs.title).toContain("1.2.0 lives in staging, which is newer");
  await using back = await job({ environment: "staging", mode: "rollback" });
  expect(back.outputs).toMatchObject({ state: "live", version: "1.0.0", live: "1.0.0" });
  expect(back.summary).toContain("as ada has asked");
});

test("where nobody can be asked, nothing moves until somebody else comments", async () => {
  const start = { environment: "production", version: "1.1.0" };
  await using refused = await job(start);
  expect(refused).toMatchObject({ exitCode: 3 });
  expect(refused.summary).toContain("/approve census-income@v1.1.0 production");
  await using waiting = await job({ environment: "production", mode: "tick" });
  expect(waiting.outputs).toMatchObject({ state: "waiting", share: "0" });

  await repository.commit({ "a.txt": "1\n" }, { branch: "talk" });
  const { number } = await openPullRequest(box, repository, { token: "acme", branch: "talk" });
  const say = (token: string) =>
    fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}/issues/${number}/comments`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ body: "/approve census-income@v1.1.0 production" }),
    });
  await say("eve");
  await using still = await job({ environment: "production", mode: "tick" });
  expect(still.outputs).toMatchObject({ state: "waiting" });
  await say("bea");
  await using moved = await job({ environment: "production", mode: "tick" });
  expect(moved.outputs).toMatchObject({ state: "rolling", share: "0.5" });
  expect(moved.summary).toContain("by bea in a comment");
});

test("a deployment that quotes a run that has not made it is none, though that run is under way, approved, or run again", async () => {
  await box.setEnvironment("production", { reviewers: ["bea"], preventsSelfReview: true });
  const start = { environment: "production", version: "1.1.0" };
  await box.registerRun(910, {});
  await box.approve(910, { environments: ["production"], user: "bea", state: "approved" });
  await using moved = await job(start, { runId: 910 });
  expect(moved.outputs).toMatchObject({ state: "rolling", share: "0.5" });
  await using _ended = await job({ environment: "production", mode: "rollback" });
  const at = `${box.apiUrl}/repos/${box.owner}/${box.repo}/deployments`;
  const [real] = (await (await fetch(`${at}?environment=production`)).json()) as {
    ref: string;
    task: string;
    payload: { run: object; plan: object; key: string };
  }[];
  if (real === undefined) throw new Error("nothing was begun");
  for (const attempt of [1, 2]) {
    await box.registerRun(910, { attempt });
    const run = { ...real.payload.run, attempt };
    const payload = { ...real.payload, key: `forged ${attempt}`, run };
    const answer = await fetch(at, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ ...real, environment: "production", payload, required_contexts: [] }),
    });
    expect(answer.status).toBe(201);
    await using tick = await job({ environment: "production", mode: "tick" });
    expect(tick.outputs).toMatchObject({ state: "none" });
  }
  expect(await readFile(join(world.path, "now"), "utf8")).toBe("0 1.1.0\n");
});

test("with reviewers GitHub's record of the run counts; a good canary goes live, step by step", async () => {
  await box.setEnvironment("production", { reviewers: ["bea"], preventsSelfReview: true });
  const start = { environment: "production", version: "1.1.0" };
  await using refused = await job(start, { runId: 900 });
  expect(refused.outputs.title).toContain("`production` has reviewers on GitHub");
  await box.registerRun(901, {});
  await box.approve(901, { environments: ["production"], user: "bea", state: "approved" });
  await using moved = await job(start, { runId: 901 });
  expect(moved.outputs).toMatchObject({ state: "rolling", share: "0.5" });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await count([20_000, 200], [20_000, 190]);
  await using done = await job({ environment: "production", mode: "tick" });
  expect(done).toMatchObject({ exitCode: 0, outputs: { state: "live", live: "1.1.0", share: "1" } });
  expect(await said("production")).toEqual([
    "census-income@v1.1.0 in_progress in_progress in_progress success",
    "census-income@v1.1.0 inactive",
  ]);
  expect(await tags()).toContain("census-income#production#2");
  // Nobody is asked for the way back.
  await using back = await job({ environment: "production", mode: "rollback" });
  expect(back.outputs).toMatchObject({ state: "live", live: "1.0.0" });
  await using once = await job(start, { runId: 901 });
  expect(once.outputs.title).toContain("was rolled back here by hand");
});

test("a bad canary is taken back, is red, and does not come again by itself", async () => {
  await box.setEnvironment("production", { reviewers: ["bea"], preventsSelfReview: true });
  await box.registerRun(902, {});
  await box.approve(902, { environments: ["production"], user: "bea", state: "approved" });
  const start = { environment: "production", version: "1.1.0" };
  await using _moved = await job(start, { runId: 902 });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await count([2_000, 20], [2_000, 200]);
  await using taken = await job({ environment: "production", mode: "tick" });
  expect(taken).toMatchObject({ exitCode: 1, outputs: { state: "harm", live: "1.0.0", verdict: "fail" } });
  expect(taken.summary).toContain("worse than stable");
  await using again = await job(start, { runId: 902 });
  expect(again.outputs.title).toContain("was worse than stable");
  expect(await tags()).toEqual(["census-income#production#1"]);
});

test("nothing is deployed where anybody can start a run", async () => {
  await using refused = await job({ environment: "staging" }, { name: "issue_comment" });
  expect(refused).toMatchObject({ exitCode: 3 });
  expect(refused.outputs.title).toContain("Nothing is deployed on");
});
