import { execFile } from "node:child_process";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { promisify } from "node:util";
import {
  type ActionResult,
  checkout,
  type Files,
  type Folder,
  type GitHubBox,
  type GitRepository,
  gitRepository,
  mergePullRequest,
  openPullRequest,
  type PullRequest,
  personToken,
  push,
  pushEvent,
  type RunEvent,
  readPullRequest,
  runAction,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { buildInto, mlops, REPOSITORY, type Told } from "../terminal/command.ts";

export const HERE = import.meta.dirname;
export const RECORDED = join(HERE, "recorded");
export const PROJECTS = ["churn", "defects", "demand"] as const;
export type ProjectName = (typeof PROJECTS)[number];

const ADA = "ghp_ada";
/** The rights of each job, as the actions ask for them in a private repository. */
const RIGHTS = {
  plan: workflowToken({ contents: "read", pull_requests: "read", actions: "read" }),
  baseline: workflowToken({ contents: "read", actions: "read" }),
  evaluate: workflowToken({ contents: "read", pull_requests: "write", checks: "write", actions: "read" }),
  release: workflowToken({ contents: "read", checks: "write", actions: "read" }),
  register: workflowToken({ contents: "write", actions: "read" }),
};
type Job = keyof typeof RIGHTS;
/** A job's token must be a text of its own: it is masked wherever it appears. */
const tokenOf = (job: Job) => `ghs_of_the_job_${job}`;

/** The actions as users get them: each with its `action.yml`, and the bundle of these sources beside them. */
export async function builtActions(): Promise<Folder> {
  const folder = await temporaryFolder("actions");
  await buildInto(folder.path);
  for (const name of [".", "actions/train", "actions/evaluate-gate", "actions/register-model"])
    await cp(join(REPOSITORY, name, "action.yml"), join(folder.path, name, "action.yml"));
  return folder;
}

/** What is in the repository of these projects: everything here but the patches and what is recorded. */
export async function filesOf(
  projects: readonly ProjectName[] = PROJECTS,
): Promise<Record<string, Uint8Array>> {
  const found: Record<string, Uint8Array> = {};
  for (const name of ["requirements.txt", "README.md"]) found[name] = await readFile(join(HERE, name));
  for (const project of projects) {
    const entries = await readdir(join(HERE, project), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile() && !/\.patch$/.test(one.name))) {
      const path = join(entry.parentPath, entry.name);
      found[relative(HERE, path)] = await readFile(path);
    }
  }
  return found;
}

export interface Comment {
  id: number;
  body: string;
}
export interface Check {
  name: string;
  conclusion: string;
  output: { title: string };
}

/** One workflow run: what `plan` said, and for each affected project what its jobs left behind. */
export interface Ran {
  affected: string[];
  reused: string[];
  jobs: Record<string, { train?: ActionResult; evaluate: ActionResult; register?: ActionResult }>;
}

/** The repository on GitHub in a box, and its two workflows. Each job has a clean checkout, as on a machine of its own. */
export interface Scene extends AsyncDisposable {
  box: GitHubBox;
  repository: GitRepository;
  /** The folder with the `python` of the machines that train. */
  python: string;
  /** Whether a job of its own makes the baseline, where the rules need one. Default: no. */
  remakes: boolean;
  /** A pull request from `main` as it is. */
  propose(branch: string, change: Files | { patch: string }): Promise<PullRequest>;
  amend(pull: PullRequest, change: Files): Promise<PullRequest>;
  /** Plans, then trains and judges what is affected. */
  review(pull: PullRequest): Promise<Ran>;
  merge(pull: PullRequest): Promise<void>;
  /** Pushes commits to `main` at once, without a pull request. */
  pushed(...commits: readonly Files[]): Promise<void>;
  /** Says what the last push to `main` affects. */
  plan(): Promise<string[]>;
  /** Plans for the last push to `main`, then trains what nobody has reviewed, judges and registers. */
  release(): Promise<Ran>;
  comments(pull: PullRequest): Promise<Comment[]>;
  checks(sha: string): Promise<Check[]>;
  /** Names of the tags of versions. */
  tags(): Promise<string[]>;
  /** `mlops-actions registry …` on a machine of somebody who may read. */
  registry(...args: string[]): Promise<Told>;
}

export async function scene(
  actions: Folder,
  files: Files,
  python: string = join(RECORDED, "bin"),
): Promise<Scene> {
  const box = await startGitHub({
    tokens: {
      [ADA]: personToken("ada"),
      ...Object.fromEntries(Object.entries(RIGHTS).map(([job, token]) => [tokenOf(job as Job), token])),
    },
    private: true,
  });
  const repository = await gitRepository(files);
  await push(box, repository, { token: ADA });
  const kept: AsyncDisposable[] = [box, repository];
  const trap = await trapped();
  kept.push(trap);
  let runs = 100;

  const ask = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, {
      headers: { authorization: `Bearer ${ADA}` },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };

  interface Run {
    event: RunEvent;
    ref: string;
    runId: number;
  }
  const job = async (
    { event, ref, runId }: Run,
    step: {
      action: string;
      job: string;
      token?: Job;
      path?: string;
      inputs?: Record<string, string>;
      /** Goes back to the base of a pull request first, with all of history. */
      onBase?: boolean;
    },
  ): Promise<ActionResult> => {
    const { action, job, token, path = trap.path, inputs = {}, onBase } = step;
    const workspace = await checkout(box, { ref, token: ADA, depth: onBase ? 0 : 2 });
    kept.push(workspace);
    if (onBase && event.name === "pull_request")
      await promisify(execFile)("git", ["checkout", "--quiet", "HEAD^1"], { cwd: workspace.path });
    const result = await runAction({
      action: join(actions.path, action),
      workspace: workspace.path,
      event,
      box,
      token: token === undefined ? "" : tokenOf(token),
      inputs,
      runId,
      job,
      env: { MLOPS_NATIVES: REPOSITORY, PATH: `${path}${delimiter}${process.env.PATH}` },
    });
    kept.push(result);
    return result;
  };

  const planned = async (run: Run) => {
    const plan = await job(run, { action: ".", job: "plan", token: "plan", inputs: { stages: "plan" } });
    if (plan.exitCode !== 0) throw new Error(`plan: ${plan.stdout}${plan.stderr}`);
    return {
      affected: JSON.parse(plan.outputs.affected ?? "") as string[],
      candidates: JSON.parse(plan.outputs.candidates ?? "") as Record<string, string>,
    };
  };
  const trained = (run: Run, project: string) =>
    job(run, { action: "actions/train", job: `train-${project}`, path: on.python, inputs: { project } });
  const remade = async (run: Run, project: string): Promise<ActionResult | undefined> =>
    on.remakes
      ? job(run, {
          action: ".",
          job: `baseline-${project}`,
          token: "baseline",
          path: on.python,
          inputs: { stages: "baseline", project },
          onBase: true,
        })
      : undefined;
  const judged = async (run: Run, project: string, candidate: string, token: Job) => {
    const { outputs: { baseline = "" } = {} } = (await remade(run, project)) ?? {};
    return job(run, {
      action: "actions/evaluate-gate",
      job: `evaluate-${project}`,
      token,
      inputs: { project, candidate, baseline },
    });
  };

  const eachOf = async (
    affected: readonly string[],
    work: (project: string) => Promise<Ran["jobs"][string]>,
  ) => Object.fromEntries(await Promise.all(affected.map(async (one) => [one, await work(one)] as const)));

  const tip = async () => (await ask<{ object: { sha: string } }>("/git/ref/heads/main")).object.sha;
  const onMain = async () => {
    await repository.git.bytes(["fetch", "--quiet", box.gitDir, "main"]);
    await repository.git.bytes(["checkout", "--quiet", "-B", "main", "FETCH_HEAD"]);
  };
  let before: string | undefined;
  const runOfPush = async (): Promise<Run> => {
    const event = await pushEvent(box, { token: ADA, sha: await tip(), ...(before && { before }) });
    return { event, ref: "refs/heads/main", runId: ++runs };
  };

  const on: Scene = {
    box,
    repository,
    python,
    remakes: false,
    async propose(branch, change) {
      await onMain();
      const { patch } = change;
      if (typeof patch === "string") await repository.git.bytes(["apply", join(HERE, patch)]);
      await repository.commit(typeof patch === "string" ? {} : (change as Files), { branch });
      return openPullRequest(box, repository, { token: ADA, branch });
    },
    async amend(pull, change) {
      await repository.commit(change, { branch: pull.head.ref });
      await push(box, repository, { token: ADA, branch: pull.head.ref });
      return readPullRequest(box, { token: ADA, number: pull.number });
    },
    async review(pull) {
      const event = { name: "pull_request", payload: pull.event };
      const run = { event, ref: `refs/pull/${pull.number}/merge`, runId: ++runs };
      const { affected } = await planned(run);
      const jobs = await eachOf(affected, async (project) => {
        const train = await trained(run, project);
        const evaluate = await judged(run, project, train.outputs.candidate ?? "", "evaluate");
        return { train, evaluate };
      });
      return { affected, reused: [], jobs };
    },
    async merge(pull) {
      before = await tip();
      await mergePullRequest(box, { token: ADA, number: pull.number });
    },
    async pushed(...commits) {
      before = await tip();
      await onMain();
      for (const files of commits) await repository.commit(files);
      await push(box, repository, { token: ADA });
    },
    plan: async () => (await planned(await runOfPush())).affected,
    async release() {
      const run = await runOfPush();
      const { affected, candidates } = await planned(run);
      const jobs = await eachOf(affected, async (project) => {
        const reviewed = candidates[project];
        const train = reviewed === undefined ? await trained(run, project) : undefined;
        const candidate = reviewed ?? train?.outputs.candidate ?? "";
        const evaluate = await judged(run, project, candidate, "release");
        const told = { project, candidate, "evidence-digest": evaluate.outputs["evidence-digest"] ?? "" };
        const as = {
          action: "actions/register-model",
          job: `register-${project}`,
          token: "register",
        } as const;
        const register = evaluate.exitCode === 0 ? await job(run, { ...as, inputs: told }) : undefined;
        return { ...(train && { train }), evaluate, ...(register && { register }) };
      });
      return { affected, reused: Object.keys(candidates), jobs };
    },
    comments: ({ number }) => ask<Comment[]>(`/issues/${number}/comments?per_page=100`),
    checks: async (sha) =>
      (await ask<{ check_runs: Check[] }>(`/commits/${sha}/check-runs?per_page=100`)).check_runs,
    tags: async () => {
      const found = await ask<{ ref: string }[]>("/git/matching-refs/tags/");
      return found.map(({ ref }) => ref.replace("refs/tags/", ""));
    },
    registry: (...args) =>
      mlops(["registry", ...args, "--repo", `${box.owner}/${box.repo}`], {
        main: join(actions.path, "dist/cli.js"),
        env: { GITHUB_API_URL: box.apiUrl, GITHUB_TOKEN: ADA },
      }),
    async [Symbol.asyncDispose]() {
      const called = await readFile(join(trap.path, "called"), "utf8").catch(() => "");
      for (const one of kept.toReversed()) await one[Symbol.asyncDispose]();
      if (called !== "") throw new Error(`a project's command ran where none may: ${called}`);
    },
  };
  return on;
}

/** The `python` of the machines that judge and register: nothing there may ask for it. */
async function trapped(): Promise<Folder> {
  const folder = await temporaryFolder("trap");
  const script = `#!/bin/sh\necho "$PWD: python $*" >> '${folder.path}/called'\nexit 1\n`;
  for (const name of ["python", "python3"]) await writeFile(join(folder.path, name), script, { mode: 0o755 });
  return folder;
}
