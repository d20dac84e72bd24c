import type { Artifacts } from "@mlops-actions/core";
import { connect, githubDeployments, githubRunMarks, githubWitness } from "@mlops-actions/github";
import type { RollingOut } from "@mlops-actions/rollout";
import {
  type GitHubBox,
  type GitRepository,
  gitRepository,
  personToken,
  push,
  runtimeToken,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { invoke, MODEL, newWorld, portsOf, type World } from "./world.ts";

const tokens = {
  ada: personToken("acme"),
  job: workflowToken({ contents: "write", deployments: "write", actions: "read" }),
};
const END = { live: "live [l1:1]", void: "gave way [v0:1]", back: "taken back [b1:1]" };

let box: GitHubBox;
let repository: GitRepository;
let sha: string;
let repositoryId: number;
let runs = 0;

beforeEach(async () => {
  box = await startGitHub({ tokens });
  repository = await gitRepository({ "mlops.yml": `model: ${MODEL}` });
  sha = await repository.revision();
  await push(box, repository, { token: "ada" });
  for (const number of ["1.1.0", "1.2.0"]) {
    const branch = `${MODEL}@v${number}`;
    await repository.git.bytes(["branch", branch]);
    await push(box, repository, { token: "ada", branch });
  }
  repositoryId = ((await ask("GET", "")) as { id: number }).id;
});
afterEach(async () => {
  await box.stop();
  await repository[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, {
    method,
    headers: { authorization: "Bearer job" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return answer.json();
}

/** As the runner's service does it, from inside a run. */
async function keep(run: number, name: string): Promise<void> {
  for (const method of ["CreateArtifact", "FinalizeArtifact"]) {
    const answer = await fetch(`${box.url}/twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${runtimeToken(run)}`, "content-type": "application/json" },
      body: JSON.stringify({ workflow_run_backend_id: String(run), name }),
    });
    if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
  }
}

/** A world whose deployments are GitHub's. */
function ports(world: World) {
  const octokit = connect({ token: "job", baseUrl: box.apiUrl, wait: async () => {} });
  const repo = { owner: box.owner, repo: box.repo };
  const upload: Artifacts["upload"] = async (name) => {
    await keep(runs, name);
    return { kind: "uploaded", id: 1, digest: "", url: "" };
  };
  const deployments = githubDeployments({
    octokit,
    repo,
    witness: githubWitness({ octokit, repo }),
    marks: githubRunMarks({ octokit, repo, artifacts: { upload }, runId: runs, folder: repository.path }),
  });
  return { ...portsOf(world), deployments };
}

async function newRun() {
  await box.registerRun(++runs, { event: "push", headBranch: "main", headSha: sha });
  return { repositoryId, runId: runs, attempt: 1 };
}

/** Rollouts that were, each of a run of its own, after the pattern of a real one. */
async function past(ends: readonly (keyof typeof END)[]): Promise<void> {
  const world = newWorld("1.0.0", false);
  await invoke(world, {}, { mode: "start", version: "1.1.0" });
  const pattern = world.deployments[0]?.payload;
  for (const end of ends) {
    const run = await newRun();
    const version = end === "back" ? "1.1.0" : "1.0.5";
    const payload = { ...Object(pattern), version, key: `rollout ${run.runId}`, run };
    const task = `mlops:${MODEL}`;
    const environment = "production";
    const { id } = (await ask("POST", "/deployments", {
      ref: "main",
      task,
      environment,
      payload,
      required_contexts: [],
    })) as { id: number };
    await keep(run.runId, `mlops-deployment-${id}`);
    await ask("POST", `/deployments/${id}/statuses`, { state: "success", description: END[end] });
  }
}

/** Begins nothing: a workflow of any branch has written it, as the same bot. */
async function forge(pattern: unknown, run: object): Promise<void> {
  const payload = { ...Object(pattern), key: `forged ${JSON.stringify(run)}`, run };
  await ask("POST", "/deployments", {
    ref: "main",
    task: `mlops:${MODEL}`,
    environment: "production",
    payload,
    required_contexts: [],
  });
}

test("of 200 that quote one run, or attempts of it, that run is asked about once", async () => {
  const world = newWorld("1.0.0", false);
  const run = await newRun();
  await invoke(world, {}, { mode: "start", version: "1.1.0", run }, ports(world));
  const [begun] = (await ask("GET", "/deployments")) as { payload: unknown }[];
  for (let attempt = 1; attempt <= 200; attempt++)
    await forge(begun?.payload, { ...run, attempt: attempt % 2 === 0 ? attempt : 1 });
  await box.forgetRequests();
  const { outcome } = (await invoke(world, {}, {}, ports(world))).predicate;
  expect(outcome).toMatchObject({ details: { state: "none", live: "1.1.0" } });
  expect((await box.requests()).length).toBeLessThan(20);
});

test.each([
  ["were completed", "live"],
  ["gave way before they had a request", "void"],
] as const)("of 200 rollouts that %s only those are looked at that may matter", async (_, end) => {
  const world = newWorld("1.0.0", false);
  await invoke(world, {}, { mode: "start", version: "1.1.0", run: await newRun() }, ports(world));
  await past(Array(200).fill(end));
  const asked = async (told: Partial<RollingOut>) => {
    await box.forgetRequests();
    const { outcome } = (await invoke(world, {}, told, ports(world))).predicate;
    expect(outcome).toMatchObject({ kind: "measured" });
    return (await box.requests()).length;
  };
  expect(await asked({ mode: "tick" })).toBeLessThan(40);
  expect(await asked({ mode: "start", version: "1.2.0", run: await newRun() })).toBeLessThan(80);
});

test("of 200 that gave way those of the same version are found, however long ago", async () => {
  const world = newWorld("1.0.0", false);
  await past(["back", ...Array(200).fill("void")]);
  const { outcome } = (await invoke(world, {}, { mode: "start", version: "1.1.0" }, ports(world))).predicate;
  expect(outcome).toMatchObject({ fault: { code: "was-rolled-back" } });
});
