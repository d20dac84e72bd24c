import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import {
  type ActionResult,
  checkout,
  type Files,
  type GitHubBox,
  type GitRepository,
  gitRepository,
  mergePullRequest,
  openPullRequest,
  type Permissions,
  type PullRequest,
  personToken,
  push,
  pushEvent,
  type RunEvent,
  runAction,
  runtimeToken,
  startGitHub,
  type Token,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { vi } from "vitest";
import { unpack } from "../../packages/github/unpack.ts";
import { buildInto, REPOSITORY } from "../terminal/command.ts";

// A registration paces its writes by a second each, as GitHub asks, and a job is several processes.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** Options of Git that sign in, for one command. */
export const AS_ADA = [
  "-c",
  `http.extraHeader=Authorization: Basic ${Buffer.from("x-access-token:ada").toString("base64")}`,
];

const UPLOADER = join(import.meta.dirname, "uploader.ts");

/** What the workflows ask for, job by job, and nothing more; in a private repository reading needs a right, too. */
const PERMISSIONS = {
  train: { contents: "read" },
  baseline: { contents: "read", actions: "read" },
  plan: { contents: "read", pull_requests: "read", actions: "read" },
  review: { contents: "read", actions: "read", pull_requests: "write", checks: "write" },
  evaluate: { contents: "read", actions: "read", checks: "write" },
  register: { contents: "write", actions: "read" },
  report: { contents: "read", actions: "read", pull_requests: "write" },
  deploy: { contents: "write", deployments: "write", actions: "read", issues: "read", pull_requests: "read" },
  drift: { contents: "write", issues: "write", actions: "read" },
} as const satisfies Record<string, Permissions>;
export type Rights = keyof typeof PERMISSIONS;

/** The text of a job's token: long enough to be recognised wherever it appears. */
export const tokenOf = (rights: Rights) => `ghs_0123456789abcdefghijklmnopqrst_${rights}`;

/** The actions as users get them: their `action.yml`, and the bundle of these sources. */
export async function builtActions() {
  const folder = await temporaryFolder("actions");
  await buildInto(folder.path);
  for (const file of globSync(["action.yml", "actions/*/action.yml"], { cwd: REPOSITORY }))
    await cp(join(REPOSITORY, file), join(folder.path, file));
  return folder;
}
export type BuiltActions = Awaited<ReturnType<typeof builtActions>>;

export type Action =
  | "data-validate"
  | "train"
  | "evaluate-gate"
  | "register-model"
  | "deploy-canary"
  | "drift-check"
  | "root";

export interface Job {
  rights: Rights;
  inputs?: Readonly<Record<string, string | undefined>>;
  env?: Readonly<Record<string, string | undefined>>;
  /** Commits of history in the workspace. Default: 2 for a pull request, else 1. */
  depth?: number;
  /** Does something in the workspace before the action, as an earlier step of the job. */
  before?: (workspace: string) => Promise<void>;
  /** Looks at the workspace afterwards. */
  after?: (workspace: string) => Promise<void>;
}

/** One run of a workflow; each of its jobs has a workspace of its own. */
export interface Run {
  id: number;
  job(action: Action, job: Job): Promise<ActionResult>;
  /** Lets GitHub know of the run before any of its jobs has begun. */
  known(): Promise<void>;
}

export interface Artifact {
  id: number;
  name: string;
  workflow_run: { id: number };
}
export interface Comment {
  id: number;
  body: string;
}
export interface Check {
  name: string;
  conclusion: string;
  output: { title: string; summary: string };
}

/** A private repository on GitHub in a box whose workflows train, judge and register. */
export interface Pipeline extends AsyncDisposable {
  box: GitHubBox;
  repository: GitRepository;
  propose(branch: string, files: Files, options?: { fork?: string }): Promise<PullRequest>;
  /** Commits to `main` and pushes. @returns the event */
  pushMain(files: Files): Promise<RunEvent>;
  merge(pull: PullRequest): Promise<RunEvent>;
  /** The push event of `main` as it is now. */
  main(): Promise<RunEvent>;
  run(event: RunEvent, options?: { attempt?: number; runId?: number }): Run;
  runOn(pull: PullRequest): Run;
  comments(pull: PullRequest): Promise<Comment[]>;
  checks(sha: string): Promise<Check[]>;
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  artifacts(): Promise<Artifact[]>;
  artifactFiles(id: number): Promise<Record<string, Uint8Array>>;
  /** SHA-256 of a file of a published release. */
  digestOf(tag: string, name: string): Promise<string>;
  /** Such a file's text. */
  textOf(tag: string, name: string): Promise<string>;
  /** Uploads these texts as an artifact with the runtime token of a run, as whatever runs in one of its jobs can. */
  upload(run: Run, name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
}

/** Begins with these files on `main`. `tokens`: of jobs that it does not know. */
export async function pipeline(
  built: BuiltActions,
  files: Files,
  { tokens = {} }: { tokens?: Readonly<Record<string, Token>> } = {},
): Promise<Pipeline> {
  const box = await startGitHub({
    private: true,
    tokens: {
      ...tokens,
      ada: personToken("ada"),
      eve: personToken("eve"),
      ...Object.fromEntries(
        Object.entries(PERMISSIONS).map(([rights, granted]) => [
          tokenOf(rights as Rights),
          workflowToken(granted),
        ]),
      ),
    },
    forks: ["eve"],
  });
  const repository = await gitRepository(files);
  const kept: AsyncDisposable[] = [];
  await push(box, repository, { token: "ada" });
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, {
      method,
      headers: { authorization: "Bearer ada" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  };
  const bytesOf = async (path: string) => {
    const headers = { authorization: "Bearer ada", accept: "application/octet-stream" };
    const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, { headers });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const assetOf = async (tag: string, name: string) => {
    const path = `/releases/tags/${tag}`;
    const { assets } = await ask<{ assets: { id: number; name: string }[] }>("GET", path);
    return bytesOf(`/releases/assets/${assets.find((one) => one.name === name)?.id}`);
  };
  const toMain = async () => {
    const { git } = repository;
    await git.bytes(["checkout", "--quiet", "main"]);
    await git.bytes([...AS_ADA, "pull", "--quiet", "--ff-only", box.gitUrl, "main"]);
  };
  const main = async () => {
    const { object } = await ask<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
    return pushEvent(box, { token: "ada", sha: object.sha });
  };
  let runs = 1_000;
  const started = (event: RunEvent, ref: string, { attempt = 1, runId = ++runs } = {}): Run => ({
    id: runId,
    known: () => {
      const pull = event.payload.pull_request as PullRequest & {
        head: { repo: { owner: { login: string } } };
      };
      return box.registerRun(runId, {
        path: ".github/workflows/mlops.yml",
        event: event.name,
        headSha: pull.head.sha,
        headBranch: pull.head.ref,
        headOwner: pull.head.repo.owner.login,
      });
    },
    async job(action, job) {
      const isPull = event.name.startsWith("pull_request");
      await using workspace = await checkout(box, {
        ref,
        token: "ada",
        depth: job.depth ?? (isPull ? 2 : 1),
      });
      await job.before?.(workspace.path);
      const given = Object.entries(job.inputs ?? {}).filter(([, value]) => value !== undefined);
      const result = await runAction({
        action: action === "root" ? built.path : join(built.path, "actions", action),
        workspace: workspace.path,
        event,
        box,
        token: tokenOf(job.rights),
        inputs: Object.fromEntries(given) as Record<string, string>,
        runId,
        attempt,
        env: { MLOPS_NATIVES: REPOSITORY, ...job.env },
      });
      kept.push(result);
      await job.after?.(workspace.path);
      return result;
    },
  });
  return {
    box,
    repository,
    ask,
    main,
    async propose(branch, changed, { fork } = {}) {
      await toMain();
      await repository.commit(changed, { branch });
      return openPullRequest(box, repository, { token: "ada", branch, ...(fork && { fork }) });
    },
    async pushMain(changed) {
      await toMain();
      await repository.commit(changed);
      await push(box, repository, { token: "ada" });
      return main();
    },
    async merge(pull) {
      const sha = await mergePullRequest(box, { token: "ada", number: pull.number });
      return pushEvent(box, { token: "ada", sha });
    },
    run: (event, options) => started(event, "refs/heads/main", options),
    runOn: (pull) => started({ name: "pull_request", payload: pull.event }, `refs/pull/${pull.number}/merge`),
    comments: ({ number }) => ask("GET", `/issues/${number}/comments?per_page=100`),
    checks: async (sha) =>
      (await ask<{ check_runs: Check[] }>("GET", `/commits/${sha}/check-runs?filter=all&per_page=100`))
        .check_runs,
    artifacts: async () =>
      (await ask<{ artifacts: Artifact[] }>("GET", "/actions/artifacts?per_page=100")).artifacts,
    async artifactFiles(id) {
      await using folder = await temporaryFolder("artifact");
      const archive = join(folder.path, "artifact.zip");
      await writeFile(archive, await bytesOf(`/actions/artifacts/${id}/zip`));
      const files = await unpack(archive, join(folder.path, "files"));
      const read = [...files].map(async ([name, path]) => [name, await readFile(path)] as const);
      return Object.fromEntries(await Promise.all(read));
    },
    digestOf: async (tag, name) =>
      createHash("sha256")
        .update(await assetOf(tag, name))
        .digest("hex"),
    textOf: async (tag, name) => (await assetOf(tag, name)).toString("utf8"),
    async upload(run, name, texts) {
      await using folder = await temporaryFolder("upload");
      for (const [file, text] of Object.entries(texts)) {
        await mkdir(dirname(join(folder.path, file)), { recursive: true });
        await writeFile(join(folder.path, file), text);
      }
      const env = {
        PATH: process.env.PATH,
        ACTIONS_RUNTIME_TOKEN: runtimeToken(run.id),
        ACTIONS_RESULTS_URL: `${box.url}/`,
        GITHUB_SERVER_URL: box.serverUrl,
      };
      await promisify(execFile)(process.execPath, [UPLOADER, name, folder.path], { env });
    },
    async [Symbol.asyncDispose]() {
      for (const one of kept) await one[Symbol.asyncDispose]();
      await repository[Symbol.asyncDispose]();
      await box.stop();
    },
  };
}

/** A pull request's run: its own code trains, another job judges. */
export async function review(here: Pipeline, pull: PullRequest) {
  const run = here.runOn(pull);
  const train = await run.job("train", { rights: "train" });
  const gate = await run.job("evaluate-gate", {
    rights: "review",
    inputs: { candidate: train.outputs.candidate },
  });
  return { run, train, gate };
}

/** The job that makes the baseline from merged code alone: it leaves the change before anything else. */
export function remake(run: Run, job: Partial<Job> = {}): Promise<ActionResult> {
  return run.job("root", {
    rights: "baseline",
    inputs: { stages: "baseline" },
    depth: 0,
    before: async (cwd) =>
      void (await promisify(execFile)("git", ["checkout", "--quiet", "HEAD^1"], { cwd })),
    ...job,
  });
}

/** The job that says what there is to do. It runs nothing of the project's. */
export function plan(run: Run, job: Partial<Job> = {}): Promise<ActionResult> {
  return run.job("root", { ...job, rights: "plan", inputs: { stages: "plan" }, depth: 2 });
}

/** A release's run: what the review has not made is trained, another job judges it, a third registers. */
export async function release(here: Pipeline, event: RunEvent) {
  const run = here.run(event);
  const planned = await plan(run);
  const reviewed = JSON.parse(planned.outputs.candidates ?? "{}")["."] as string | undefined;
  const train = reviewed === undefined ? await run.job("train", { rights: "train" }) : undefined;
  const candidate = reviewed ?? train?.outputs.candidate ?? "";
  const judged = await judgeAndRegister(run, candidate);
  return { run, plan: planned, train, candidate, ...judged };
}

/** The two later jobs of a release. */
export async function judgeAndRegister(run: Run, candidate: string) {
  const evaluate = await run.job("evaluate-gate", { rights: "evaluate", inputs: { candidate } });
  const register = await run.job("register-model", {
    rights: "register",
    inputs: { candidate, "evidence-digest": evaluate.outputs["evidence-digest"] },
  });
  return { evaluate, register };
}
