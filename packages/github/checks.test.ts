import {
  type GitHubBox,
  gitRepository,
  personToken,
  push,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { askAll } from "./ask.ts";
import { githubChecks } from "./checks.ts";
import { connect } from "./octokit.ts";

const tokens = {
  ada: personToken("acme"),
  job: workflowToken({ checks: "write", contents: "read" }),
  fork: workflowToken({ checks: "read", contents: "read" }),
};
const shown = z.object({
  id: z.int(),
  name: z.string(),
  conclusion: z.string().nullable(),
  output: z.object({ title: z.string(), summary: z.string() }),
});

let box: GitHubBox;
let repository: Awaited<ReturnType<typeof gitRepository>>;
let repo: { owner: string; repo: string };
let sha: string;

beforeAll(async () => {
  box = await startGitHub({ tokens });
  repo = { owner: box.owner, repo: box.repo };
  repository = await gitRepository({ "mlops.yml": "model: census-income" });
});
afterAll(async () => {
  await box.stop();
  await repository[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await box.clearFaults();
  sha = await repository.commit({}, { message: `Change ${performance.now()}` });
  await push(box, repository, { token: "ada" });
});

function client(token: keyof typeof tokens = "job") {
  return connect({ token, baseUrl: box.apiUrl, deadlineMs: 5_000, wait: async () => {} });
}
function check(more: object = {}) {
  return {
    name: "mlops / census-income",
    sha,
    conclusion: "failure" as const,
    title: "fail: auc −0.0113 vs v1.4.0",
    summary: "### fail",
    key: "census-income:evaluate",
    order: { runId: 7, attempt: 1 },
    ...more,
  };
}
function all() {
  const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  return askAll(client(), shown, route, { ...repo, ref: sha, filter: "all" }, "check_runs");
}

test("a second publication of the same run updates the first", async () => {
  const checks = githubChecks({ octokit: client(), repo });
  const created = await checks.publish(check());
  expect(created).toMatchObject({ kind: "created", url: expect.stringContaining("/runs/") });
  expect(await checks.publish(check({ conclusion: "success", title: "pass" }))).toEqual({
    ...created,
    kind: "updated",
  });
  expect(await all()).toMatchObject([{ conclusion: "success", output: { title: "pass" } }]);
});

test("another run is another check of the same name", async () => {
  const checks = githubChecks({ octokit: client(), repo });
  await checks.publish(check());
  await checks.publish(check({ order: { runId: 8, attempt: 1 } }));
  expect((await all()).map(({ name }) => name)).toEqual(["mlops / census-income", "mlops / census-income"]);
});

test("an older run says nothing after a newer one", async () => {
  const checks = githubChecks({ octokit: client(), repo });
  await checks.publish(check({ order: { runId: 8, attempt: 1 }, conclusion: "success" }));
  expect(await checks.publish(check())).toMatchObject({ kind: "superseded" });
  expect(await all()).toMatchObject([{ conclusion: "success" }]);
});

test.each([
  ["lost", { phase: "after-commit", answer: { kind: "drop" } }],
  ["a 504", { phase: "after-commit", answer: { kind: "status", status: 504 } }],
  ["cut", { phase: "cut" }],
  ["lost before anything happened", { phase: "before", answer: { kind: "drop" } }],
] as const)("when the reply is %s there is still exactly one check", async (_, fault) => {
  await box.fault({ method: "POST", path: "*/check-runs", ...fault });
  expect(await githubChecks({ octokit: client(), repo }).publish(check())).toMatchObject({ kind: "created" });
  expect(await all()).toHaveLength(1);
});

test("a summary beyond GitHub's limit is shortened, with a pointer, and never splits a character", async () => {
  const summary = `${"x".repeat(65_486)}${"😀".repeat(100)}`;
  await githubChecks({ octokit: client(), repo }).publish(check({ summary }));
  const [{ output } = { output: { summary: "" } }] = await all();
  expect(output.summary).toContain("shortened");
  expect(output.summary.isWellFormed()).toBe(true);
});

test("a token without `checks: write` is refused with what is missing", async () => {
  const said = await githubChecks({ octokit: client("fork"), repo }).publish(check());
  expect(said).toMatchObject({ kind: "refused", why: expect.stringMatching(/403.*checks/) });
});
