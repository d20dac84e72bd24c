import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  checkout,
  type Files,
  type Permissions,
  type RunEvent,
  runtimeToken,
  stepEnvironment,
  type Token,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { parse, stringify } from "yaml";
import { type BuiltActions, type Pipeline, pipeline } from "../release/pipeline.ts";
import { REPOSITORY } from "../terminal/command.ts";
import { inputsOf } from "./reference.ts";
import { python, tool } from "./tool.ts";
import { type Job, readTemplate, templates } from "./workflow.ts";

const act = tool("act");
const interpreter = python();

/** What is missing to run workflows here, for the name of a test. */
export const missing = act.missing || interpreter.missing;

/** How a job of a run ended, and what its steps printed. */
export interface Ended {
  result: string;
  said: string;
}

/** A repository with the templates on GitHub in a box, whose workflows act runs. */
export interface Engine extends Pipeline {
  /**
   * Runs a workflow for an event, on what that event checks out.
   * @returns by their names the jobs that were not skipped
   */
  act(workflow: string, on: RunEvent, told?: Told): Promise<{ id: number; jobs: Record<string, Ended> }>;
}

interface Told {
  /** Commits of history. act copies what is there, whatever `fetch-depth` says. */
  depth?: number;
  /** Who lets its jobs into production, where GitHub would ask. */
  approvedBy?: string;
}

/** Begins with these files, and the templates, on `main`. */
export async function engine(built: BuiltActions, files: Files): Promise<Engine> {
  const tokens: Record<string, Token> = {};
  const copies: Record<string, string> = {};
  for (const name of templates) {
    const { jobs } = readTemplate(name);
    for (const [id, { permissions }] of Object.entries(jobs)) {
      tokens[`${OWN}_${name}_${id}`] = workflowToken(granted(permissions));
      tokens[`${FORK}_${name}_${id}`] = workflowToken(readable(granted(permissions)));
    }
    copies[`.github/workflows/${name}.yml`] = await signedIn(name, jobs);
  }
  const here = await pipeline(built, { ...files, ...copies }, { tokens });
  const home = await temporaryFolder("act");
  const replaced = await standIns(home.path, built);
  let runs = 5_000;
  return {
    ...here,
    async act(workflow, on, { depth = 2, approvedBy } = {}) {
      const id = ++runs;
      const pull = on.payload.pull_request as { number: number; head: Head } | undefined;
      const at = pull === undefined ? "refs/heads/main" : `refs/pull/${pull.number}/merge`;
      await using workspace = await checkout(here.box, { ref: at, token: "ada", depth });
      const event = join(home.path, `${id}.json`);
      await writeFile(event, JSON.stringify(on.payload));
      await here.box.registerRun(id, {
        path: `.github/workflows/${workflow}.yml`,
        name: workflow,
        event: on.name,
        headSha: pull?.head.sha ?? workspace.sha,
        headBranch: pull?.head.ref ?? "main",
        headOwner: pull?.head.repo.owner.login ?? here.box.owner,
      });
      if (approvedBy !== undefined)
        await here.box.approve(id, { environments: ["production"], user: approvedBy, state: "approved" });
      const isFork = (pull?.head.repo.owner.login ?? here.box.owner) !== here.box.owner;
      const variables = {
        ...variablesOf(here, { id, workflow, on, at, sha: workspace.sha }),
        MLOPS_NATIVES: REPOSITORY,
        BOX_TOKENS: isFork ? FORK : OWN,
      };
      const said = await spoken(workspace.path, home.path, [
        on.name,
        ...["--json", "--workflows", `.github/workflows/${workflow}.yml`, "--eventpath", event],
        ...["--platform", "ubuntu-latest=-self-hosted", "--platform", "self-hosted=-self-hosted"],
        ...["--no-cache-server", "--artifact-server-addr", "127.0.0.1", "--cache-server-addr", "127.0.0.1"],
        ...replaced,
        ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ]);
      const jobs = endedOf(said);
      const isGreen = Object.values(jobs).every(({ result }) => result === "success");
      await here.box.registerRun(id, { status: "completed", conclusion: isGreen ? "success" : "failure" });
      return { id, jobs };
    },
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await here[Symbol.asyncDispose]();
    },
  };
}

interface Head {
  sha: string;
  ref: string;
  repo: { owner: { login: string } };
}

/** How the tokens of a run begin: a fork's may only read, whatever its jobs ask for. */
const OWN = "ghs_0123456789abcdefghij_own";
const FORK = "ghs_0123456789abcdefghij_fork";

const granted = (permissions: Job["permissions"]): Permissions =>
  Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name.replaceAll("-", "_"), level]));

const readable = (permissions: Permissions): Permissions =>
  Object.fromEntries(Object.keys(permissions).map((name) => [name, "read"]));

/** act knows one token for all jobs and no permissions: here each job says its own, and the box knows what that may do. */
async function signedIn(name: string, jobs: Readonly<Record<string, Job>>): Promise<string> {
  const text = await readFile(join(REPOSITORY, `workflows-templates/${name}.yml`), "utf8");
  const copy = parse(text) as { jobs: Record<string, { steps?: { with?: object; env?: object }[] }> };
  for (const [id, { steps }] of Object.entries(jobs))
    for (const [index, step] of steps.entries()) {
      const token = `\${{ env.BOX_TOKENS }}_${name}_${id}`;
      const written = copy.jobs[id]?.steps?.[index];
      if (written === undefined) throw new Error(`no step ${index} in ${id}`);
      if ("token" in (inputsOf(step) ?? {})) written.with = { ...written.with, token };
      if ("GITHUB_TOKEN" in step.env) written.env = { ...written.env, GITHUB_TOKEN: token };
    }
  return stringify(copy);
}

/**
 * Ours are what was built. Those of others cannot be fetched: what would bring a language puts the Python of this machine on the path; what would check
 * out our repository copies it. (The checkout of the workflow's own repository act does itself.)
 */
async function standIns(home: string, built: BuiltActions): Promise<string[]> {
  const standIn = async (name: string, run: string) => {
    const folder = join(home, name);
    await mkdir(folder);
    const runs = { using: "composite", steps: [{ shell: "sh", run }] };
    await writeFile(join(folder, "action.yml"), stringify({ name, runs }));
    return folder;
  };
  const setup = await standIn("setup", `echo '${dirname(interpreter.path)}' >> "$GITHUB_PATH"`);
  const checkedOut = await standIn("checkout", `cp -R '${built.path}/.' .`);
  const used = templates.flatMap((name) =>
    Object.values(readTemplate(name).jobs).flatMap(({ steps }) => steps.map(({ uses = "" }) => uses)),
  );
  const places = [...new Set(used)].flatMap((uses) => {
    if (uses.startsWith("actions/setup-")) return [`${uses}=${setup}`];
    return uses.startsWith("actions/checkout@") ? [`${uses}=${checkedOut}`] : [];
  });
  return [`mlops-actions/mlops-actions@v1=${built.path}`, ...places].flatMap((place) => [
    "--local-repository",
    place,
  ]);
}

/** What act does not set, or sets to GitHub's own. */
function variablesOf(
  { box }: Pipeline,
  run: { id: number; workflow: string; on: RunEvent; at: string; sha: string },
): Record<string, string> {
  const { id, workflow, on: event, at: ref, sha } = run;
  const nowhere = { workspace: "", temp: "", toolCache: "", eventPath: "", action: "" };
  const about = { id, attempt: 1, number: 1, event, sha, ref, workflow, job: "act", actor: "ada" };
  const { GITHUB_REF_NAME: _, ...all } = stepEnvironment(box, about, nowhere);
  const told =
    /^(GITHUB_(API_URL|GRAPHQL_URL|SERVER_URL|REPOSITORY|REPOSITORY_ID|RUN_ID|REF|WORKFLOW_REF)|RUNNER_ENVIRONMENT|ACTIONS_.*)$/;
  return {
    ...Object.fromEntries(Object.entries(all).filter(([name]) => told.test(name))),
    ACTIONS_RUNTIME_TOKEN: runtimeToken(id, "act"),
  };
}

interface Line {
  job?: string;
  msg: string;
  raw_output?: boolean;
  jobResult?: string;
}

function spoken(cwd: string, home: string, args: readonly string[]): Promise<Line[]> {
  const path = [join(REPOSITORY, "node_modules/.bin"), process.env.PATH].join(":");
  const env = { PATH: path, HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, GIT_PAGER: "cat" };
  const child = spawn(act.path, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (part: string) => {
      text[name] += part;
    });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", () => {
      const lines = text.stdout.split("\n").filter((line) => line.startsWith("{"));
      if (lines.length === 0) failed(new Error(`act ran nothing: ${text.stderr}`));
      done(lines.map((line) => JSON.parse(line) as Line));
    });
  });
}

/** As GitHub shows it: act names the workflows on the way, numbers a matrix and pads. */
function nameOf(job: string): string {
  const called = new RegExp(`(?:-\\d+)?\\s*/(?:${templates.join("|")})/`, "g");
  return job
    .trim()
    .replaceAll(called, " / ")
    .replace(/^[\w-]+\/(?=[^/]+$)/, "");
}

function endedOf(lines: readonly Line[]): Record<string, Ended> {
  const jobs: Record<string, Ended> = {};
  for (const { job, msg, raw_output, jobResult } of lines) {
    if (job === undefined) continue;
    const name = nameOf(job);
    const ended = jobs[name] ?? { result: "unfinished", said: "" };
    jobs[name] = ended;
    ended.said += raw_output ? msg : `${msg}\n`;
    // Of jobs two workflows deep act does not say whose they are: such a name stands for the worse.
    if (jobResult !== undefined && ended.result !== "failure") ended.result = jobResult;
  }
  return jobs;
}
