import { cp } from "node:fs/promises";
import { join } from "node:path";
import {
  type ActionResult,
  checkout,
  checkoutMerge,
  type Fault,
  type Files,
  type GitHubBox,
  type GitRepository,
  gitRepository,
  openPullRequest,
  type Permissions,
  type PullRequest,
  personToken,
  push,
  type RunEvent,
  readPullRequest,
  runAction,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { buildInto, REPOSITORY } from "../terminal/command.ts";

/** What the README asks for, and nothing more. */
const DOCUMENTED: Permissions = { contents: "read", pull_requests: "write", checks: "write" };

/** Long enough to be recognised wherever it appears. */
export const JOB = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

/** The action as users get it: its folder with `action.yml`, and the bundle of these sources beside it. */
export async function builtAction() {
  const folder = await temporaryFolder("action");
  await buildInto(folder.path);
  const name = join("actions", "evaluate-gate");
  await cp(join(REPOSITORY, name, "action.yml"), join(folder.path, name, "action.yml"));
  return { ...folder, action: join(folder.path, name), dist: join(folder.path, "dist") };
}
export type BuiltAction = Awaited<ReturnType<typeof builtAction>>;

export interface Comment {
  id: number;
  body: string;
  user: { login: string };
}
export interface Check {
  name: string;
  conclusion: string;
  output: { title: string; summary: string };
}

export interface Running {
  token?: string;
  runId?: number;
  attempt?: number;
  depth?: number;
  /** What is checked out where it is not the merge. Default: `main`. */
  ref?: string;
  inputs?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string | undefined>>;
  onOutput?: (text: string) => void;
  /** Whether the run has an artifact store. Default: no, since its client costs every run its start. */
  artifacts?: boolean;
}

/** A repository on GitHub in a box, its pull requests, and the action in their workflow. */
export interface Scene extends AsyncDisposable {
  box: GitHubBox;
  repository: GitRepository;
  /** A pull request from a branch of `main` as it was when this began. */
  propose(branch: string, files: Files): Promise<PullRequest>;
  /** Another commit on the branch. */
  amend(pull: PullRequest, files: Files): Promise<PullRequest>;
  run(pull: PullRequest, running?: Running): Promise<ActionResult>;
  runOn(event: RunEvent, running?: Running): Promise<ActionResult>;
  comments(pull: PullRequest): Promise<Comment[]>;
  checks(sha: string): Promise<Check[]>;
  ask<T>(method: string, path: string, body?: unknown, token?: string): Promise<T>;
}

/** Begins with these files on `main`. */
export async function scene(
  built: BuiltAction,
  files: Files,
  { faults = [] }: { faults?: readonly Fault[] } = {},
): Promise<Scene> {
  const box = await startGitHub({
    tokens: {
      ada: personToken("ada"),
      eve: personToken("eve"),
      [JOB]: workflowToken(DOCUMENTED),
      fork: workflowToken({ contents: "read" }),
    },
    forks: ["eve"],
    faults,
  });
  const repository = await gitRepository(files);
  await push(box, repository, { token: "ada" });
  const ask = async <T>(method: string, path: string, body?: unknown, token = "ada"): Promise<T> => {
    const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  let runs = 1_000;
  // One working copy: whoever commits has it alone until it is pushed.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const started = (workspace: string, event: RunEvent, running: Running) => {
    const { token = JOB, env = {}, inputs = {}, runId = ++runs, attempt = 1, artifacts, onOutput } = running;
    return runAction({
      action: built.action,
      workspace,
      event,
      box,
      token,
      inputs,
      runId,
      attempt,
      env: { MLOPS_NATIVES: REPOSITORY, ...(!artifacts && { ACTIONS_RESULTS_URL: undefined }), ...env },
      ...(onOutput && { onOutput }),
    });
  };
  return {
    box,
    repository,
    ask,
    propose: (branch, changed) =>
      alone(async () => {
        await repository.git.bytes(["checkout", "--quiet", "main"]);
        await repository.commit(changed, { branch });
        return openPullRequest(box, repository, { token: "ada", branch });
      }),
    amend: (pull, changed) =>
      alone(async () => {
        await repository.commit(changed, { branch: pull.head.ref });
        await push(box, repository, { token: "ada", branch: pull.head.ref });
        return readPullRequest(box, { token: "ada", number: pull.number });
      }),
    async run(pull, running = {}) {
      await using workspace = await checkoutMerge(box, pull, { depth: running.depth ?? 1 });
      return await started(workspace.path, { name: "pull_request", payload: pull.event }, running);
    },
    async runOn(event, running = {}) {
      await using workspace = await checkout(box, { ref: running.ref ?? "refs/heads/main" });
      return await started(workspace.path, event, running);
    },
    async comments({ number }) {
      const all: Comment[] = [];
      for (let page = 1; ; page++) {
        const some = await ask<Comment[]>("GET", `/issues/${number}/comments?per_page=100&page=${page}`);
        all.push(...some);
        if (some.length < 100) return all;
      }
    },
    async checks(sha) {
      const path = `/commits/${sha}/check-runs?filter=all&per_page=100`;
      return (await ask<{ check_runs: Check[] }>("GET", path)).check_runs;
    },
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      await box.stop();
    },
  };
}
