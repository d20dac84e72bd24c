import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { holds } from "../../demo/workflow/expression.ts";
import { REPOSITORY } from "../terminal/command.ts";
import { type Job, properties, readTemplate, templates } from "./workflow.ts";

/** What act ignores: what starts a workflow, what its jobs may do, who is asked, and what waits for what. */

const jobsOf = (name: string) => Object.entries(readTemplate(name).jobs);
const every = templates.flatMap((name) => jobsOf(name).map(([id, job]) => [`${name}: ${id}`, job] as const));
const textOf = (name: string) => readFileSync(join(REPOSITORY, `workflows-templates/${name}.yml`), "utf8");

const called = ({ uses = "" }: Job) => /^\.\/\.github\/workflows\/(.+)\.yml$/.exec(uses)?.[1];
const writes = ({ permissions }: Job) =>
  Object.entries(permissions).flatMap(([name, level]) => (level === "write" ? [name] : []));

/** Whether a job runs what the project, and so a pull request, has written. */
const runsCode = ({ steps }: Job) =>
  steps.some(
    ({ run = "", uses = "", with: told }) =>
      /\bpip install\b/.test(run) ||
      uses.includes("/actions/train@") ||
      ["train", "baseline"].some((stage) => told.stages?.includes(stage)),
  );

test("what may write runs no code of the project, and what runs it may only read", () => {
  const code = every.filter(([, job]) => runsCode(job));
  expect(code.length).toBeGreaterThan(2);
  for (const [name, job] of code) expect([name, writes(job), job.environment]).toEqual([name, [], undefined]);
});

test("a job that calls another workflow grants what its jobs ask for, and nothing more", () => {
  const calls = every.flatMap(([name, job]) => {
    const other = called(job);
    return other === undefined ? [] : [{ name, other, permissions: job.permissions }];
  });
  expect(calls.length).toBeGreaterThan(1);
  for (const { name, other, permissions } of calls) {
    const asked: Record<string, string> = {};
    for (const [, job] of jobsOf(other))
      for (const [right, level] of Object.entries(job.permissions))
        if (asked[right] !== "write") asked[right] = level;
    expect([name, permissions]).toEqual([name, asked]);
  }
});

test("only these jobs may write, and only this", () => {
  const rights = every.flatMap(([name, job]) =>
    called(job) !== undefined || writes(job).length === 0 ? [] : [[name, writes(job).sort().join(", ")]],
  );
  expect(Object.fromEntries(rights)).toEqual({
    "canary-tick: tick": "contents, deployments",
    "drift-cron: check": "contents, issues",
    "fork-reports: report": "pull-requests",
    "model-release-project: production": "contents, deployments",
    "model-release-project: staging": "contents, deployments",
    "model-release-version: evaluate": "checks, issues",
    "model-release-version: register": "contents, issues",
    "model-release-version: validate": "checks, issues",
    "model-review-project: evaluate": "checks, pull-requests",
    "model-review-project: validate": "checks, pull-requests",
    "rollback: rollback": "contents, deployments",
    "train-on-gpu: evaluate": "checks, pull-requests",
  });
});

describe.each(templates)("%s", (name) => {
  const { on, jobs, concurrency } = readTemplate(name);

  test("says in GitHub's list what it is", () => {
    const text = readFileSync(join(REPOSITORY, `workflows-templates/${name}.properties.json`), "utf8");
    const { filePatterns } = properties.parse(JSON.parse(text));
    expect(filePatterns.some((pattern) => new RegExp(pattern).test("mlops.yml"))).toBe(true);
  });

  test("says the reason beside each right", () => {
    const granted = textOf(name)
      .split("\n")
      .filter((line) => /^\s+[a-z-]+: (read|write)\b/.test(line));
    expect(granted.filter((line) => !/: (read|write) # \S+/.test(line))).toEqual([]);
    expect(granted.length).toBe(
      Object.values(jobs).reduce((sum, { permissions }) => sum + Object.keys(permissions).length, 0),
    );
  });

  test("has a limit of time in every job that runs", () => {
    for (const [id, job] of Object.entries(jobs))
      if (job.uses === undefined) expect([id, job["timeout-minutes"]]).toEqual([id, expect.any(Number)]);
  });

  test("pins what it uses, and keeps no token in the checkout", () => {
    for (const step of Object.values(jobs).flatMap(({ steps }) => steps)) {
      if (step.uses === undefined) continue;
      expect(step.uses).toMatch(/@[0-9a-f]{40}$|^mlops-actions\/mlops-actions(\/actions\/[a-z-]+)?@v1$/);
      if (step.uses.startsWith("actions/checkout@")) expect(step.with["persist-credentials"]).toBe("false");
    }
  });

  test("filters no paths: a required check that never runs waits for ever", () => {
    for (const event of Object.values(on))
      expect(event ?? {}).not.toEqual(expect.objectContaining({ paths: expect.anything() }));
  });

  test("cuts off nothing that writes into the repository or asks somebody", () => {
    const cancels = [concurrency, ...Object.values(jobs).map((job) => job.concurrency)].some(
      (one) => one?.["cancel-in-progress"] !== undefined && one["cancel-in-progress"] !== false,
    );
    const holds = Object.values(jobs).some(
      (job) => job.environment !== undefined || writes(job).includes("contents"),
    );
    expect([cancels, holds]).not.toEqual([true, true]);
    if (!("workflow_call" in on)) expect(concurrency).toBeDefined();
  });

  test("runs a stranger's code only where a stranger's code has no rights", () => {
    for (const event of ["pull_request_target", "workflow_run", "issue_comment"])
      if (event in on) for (const job of Object.values(jobs)) expect(runsCode(job)).toBe(false);
  });
});

const OWN = `\${{ github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository }}`;
test.each([
  ["push", undefined, true],
  ["workflow_dispatch", undefined, true],
  ["pull_request", { head: { repo: { full_name: "acme/models" } } }, true],
  ["pull_request", { head: { repo: { full_name: "eve/models" } } }, false],
  ["pull_request", { head: { repo: null } }, false],
])("a GPU of one's own: %s of %j is trained: %s", (event_name, pull_request, isTrained) => {
  const own = every.filter(([, job]) => [job["runs-on"]].flat().includes("self-hosted"));
  expect(own.map(([name, job]) => [name, job.if])).toEqual([["train-on-gpu: train", OWN]]);
  const github = { event_name, repository: "acme/models", event: { pull_request } };
  expect(holds(OWN, { github }, "success")).toBe(isTrained);
});

test("what starts each of them", () => {
  const starts = Object.fromEntries(
    templates.map((name) => [name, Object.keys(readTemplate(name).on).join(", ")]),
  );
  expect(starts).toEqual({
    "canary-tick": "schedule, workflow_dispatch",
    "drift-cron": "schedule, workflow_dispatch",
    "fork-reports": "workflow_run",
    "model-release": "push, workflow_dispatch, repository_dispatch",
    "model-release-project": "workflow_call",
    "model-release-version": "workflow_call",
    "model-review": "pull_request, merge_group",
    "model-review-project": "workflow_call",
    rollback: "workflow_dispatch",
    "train-on-gpu": "pull_request, push, workflow_dispatch",
  });
  expect(readTemplate("model-release").on.push).toEqual({ branches: ["main"] });
  expect(readTemplate("model-release").on.repository_dispatch).toEqual({ types: ["mlops-retrain"] });
  expect(readTemplate("fork-reports").on.workflow_run).toEqual({
    workflows: [readTemplate("model-review").name],
    types: ["completed"],
  });
});

test("production asks whom its environment names, once; ticks and rollbacks ask nobody", () => {
  const asks = every.flatMap(([name, { environment }]) =>
    environment === undefined ? [] : [[name, environment]],
  );
  expect(asks).toEqual([["model-release-project: production", "production"]]);
});

test("a rollback waits for nothing but rollbacks, and what waits for an approval holds up no version", () => {
  const groups = templates.flatMap((name) => {
    const { concurrency, jobs } = readTemplate(name);
    return [concurrency, ...Object.values(jobs).map((job) => job.concurrency)].flatMap(
      (one) => one?.group ?? [],
    );
  });
  const { concurrency } = readTemplate("rollback");
  expect(groups.filter((group) => group === concurrency?.group).length).toBe(1);
  const { version, ...others } = readTemplate("model-release-project").jobs;
  expect(version?.concurrency?.group).toContain("inputs.project");
  expect(Object.values(others).map((job) => job.concurrency)).toEqual([undefined, undefined]);
});
