import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startGitHub } from "../github/start.ts";
import { tokens } from "../octokit.ts";
import { checkoutMerge } from "../repository/checkout.ts";
import { temporaryFolder } from "../repository/folder.ts";
import { gitRepository, writeFiles } from "../repository/git-repository.ts";
import { openPullRequest, push } from "../repository/pull-request.ts";
import { runAction } from "./run-action.ts";

const ACTION = `
name: throw-away
inputs:
  project: { description: where, default: "." }
  fail-on: { description: what fails }
  token: { description: who, default: "\${{ github.token }}" }
runs: { using: node24, main: dist/main.js }
`;

const MAIN = `
import { appendFileSync, readFileSync } from "node:fs";
const env = process.env;
const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8"));
const seen = {
  cwd: process.cwd(), workspace: env.GITHUB_WORKSPACE, project: env.INPUT_PROJECT, failOn: env["INPUT_FAIL-ON"],
  token: env.INPUT_TOKEN, noToken: env.GITHUB_TOKEN === undefined, sha: env.GITHUB_SHA, ref: env.GITHUB_REF, number: event.number,
  name: env.GITHUB_EVENT_NAME, extra: env.EXTRA, base: env.GITHUB_BASE_REF,
};
const answer = await fetch(env.GITHUB_API_URL + "/repos/" + env.GITHUB_REPOSITORY + "/pulls/" + event.number, {
  headers: { authorization: "Bearer " + env.INPUT_TOKEN },
});
seen.title = (await answer.json()).title;
appendFileSync(env.GITHUB_OUTPUT, "verdict=pass\\nseen<<EOF\\n" + JSON.stringify(seen, null, 1) + "\\nEOF\\n");
appendFileSync(env.GITHUB_STATE, "step=1\\n");
appendFileSync(env.GITHUB_STEP_SUMMARY, "# Hello\\n");
console.log("::add-mask::s3cret");
console.log("::error file=mlops.yml,line=3,title=Oh%3A no::first%0Asecond");
process.stdin.on("end", () => process.exit(7)).resume();
`;

test("an action gets what the runner gives it, and what it leaves is read", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "change" });
  const pull = await openPullRequest(box, repository, { token: "ada", branch: "change", title: "Change a" });
  await using workspace = await checkoutMerge(box, pull);
  await using action = await temporaryFolder("action");
  await writeFiles(action.path, {
    "action.yml": ACTION,
    "dist/main.js": MAIN,
    "dist/package.json": '{ "type": "module" }',
  });

  await using result = await runAction({
    action: action.path,
    inputs: { "fail-on": "inconclusive" },
    workspace: workspace.path,
    event: { name: "pull_request", payload: pull.event },
    box,
    token: "job",
    env: { EXTRA: "1" },
  });

  // Standard input is closed from the start.
  expect(result.exitCode).toBe(7);
  expect(result.outputs.verdict).toBe("pass");
  expect(JSON.parse(result.outputs.seen ?? "")).toEqual({
    cwd: workspace.path,
    workspace: workspace.path,
    project: ".",
    failOn: "inconclusive",
    token: "job",
    noToken: true,
    sha: pull.merge,
    ref: `refs/pull/${pull.number}/merge`,
    number: pull.number,
    name: "pull_request",
    extra: "1",
    base: "main",
    title: "Change a",
  });
  expect(result).toMatchObject({
    state: { step: "1" },
    summary: "# Hello\n",
    maskedValues: ["s3cret"],
    annotations: [{ level: "error", message: "first\nsecond", title: "Oh: no", file: "mlops.yml", line: 3 }],
  });
});

test("a cancelled job is interrupted first, and its files stay until they are disposed of", async () => {
  await using box = await startGitHub({ tokens });
  await using action = await temporaryFolder("action");
  const main = `
    import { appendFileSync, writeFileSync } from "node:fs";
    writeFileSync(process.env.RUNNER_TEMP + "/evidence.json", "{}");
    process.once("SIGINT", () => {
      appendFileSync(process.env.GITHUB_OUTPUT, "ended=by SIGINT\\n");
      process.exit(130);
    });
    setInterval(() => {}, 1_000);
    console.log("ready");
  `;
  await writeFiles(action.path, {
    "action.yml": "runs: { using: node24, main: main.mjs }",
    "main.mjs": main,
  });
  const job = new AbortController();
  const result = await runAction({
    action: action.path,
    workspace: action.path,
    event: { name: "workflow_dispatch", payload: { ref: "refs/heads/main" } },
    box,
    token: "job",
    signal: job.signal,
    onOutput: (text) => {
      if (text.includes("ready")) job.abort();
    },
  });
  expect([result.exitCode, result.outputs]).toEqual([130, { ended: "by SIGINT" }]);
  expect(existsSync(join(result.temp, "evidence.json"))).toBe(true);
  await result[Symbol.asyncDispose]();
  expect(existsSync(result.temp)).toBe(false);
});
