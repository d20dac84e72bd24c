import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  type ActionResult,
  checkoutMerge,
  type GitHubBox,
  gitRepository,
  openPullRequest,
  type PullRequest,
  personToken,
  push,
  runAction,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

const tokens = {
  ada: personToken("ada"),
  "job-token-1234": workflowToken({ contents: "read", pull_requests: "write", checks: "write" }),
  "fork-token-1234": workflowToken({ contents: "read", pull_requests: "read", checks: "read" }),
};
const room = (name: string) => fileURLToPath(import.meta.resolve(`@mlops-actions/${name}`));

// A whole action around `deliver`, run as the runner runs it; only the stage is left out.
const MAIN = `
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { conduct, deliver } from ${JSON.stringify(room("runner"))};
import { connect, githubArtifacts, githubChecks, githubComments, readEvent, repositoryOf } from ${JSON.stringify(room("github"))};
const { env } = process;
process.exitCode = await conduct([env.INPUT_TOKEN], async () => {
  const { throws, verdict = "fail", title = "fail: auc", inconclusive = "review", text = "" } = JSON.parse(env.CASE);
  if (throws) throw new Error("a bug with " + env.INPUT_TOKEN);
  const event = readEvent(env.GITHUB_EVENT_NAME, readFileSync(env.GITHUB_EVENT_PATH, "utf8"));
  const octokit = connect({ token: env.INPUT_TOKEN, baseUrl: env.GITHUB_API_URL });
  const repo = repositoryOf(env.GITHUB_REPOSITORY);
  const judged = { condition: "auc >= 0.9", role: "primary", verdict, reason: "violated", change: null, place: { file: "mlops.yml", line: 3 } };
  return deliver({
    evidence: { subject: [], predicate: { outcome: { kind: "measured", verdict, judged: [judged], details: { text } } } },
    document: { key: { model: "census-income", stage: "evaluate" }, verdict, title, blocks: [] },
    inconclusive,
    order: { runId: Number(env.GITHUB_RUN_ID), attempt: Number(env.GITHUB_RUN_ATTEMPT) },
    render: (sink, { artifact }) => sink + ": " + text + " " + (artifact ?? ""),
    into: env.KEPT,
    comments: githubComments({ octokit, repo, pullRequest: event.number }),
    checks: { port: githubChecks({ octokit, repo }), sha: event.head.sha , name: "mlops / census-income" },
    artifacts: githubArtifacts({ octokit, repo, runUrl: env.GITHUB_SERVER_URL + "/runs/" + env.GITHUB_RUN_ID }),
    secrets: [env.INPUT_TOKEN],
    environment: env,
  });
});
`;

let box: GitHubBox;
let repository: Awaited<ReturnType<typeof gitRepository>>;
let pull: PullRequest;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  box = await startGitHub({ tokens });
  repository = await gitRepository({
    "action.yml": `name: x\ninputs:\n  token: { default: "\${{ github.token }}" }\nruns: { using: node24, main: main.mjs }\n`,
    "main.mjs": MAIN,
  });
  folder = await temporaryFolder("kept");
  await push(box, repository, { token: "ada" });
  await repository.commit({ "train.py": "" }, { branch: "change" });
  pull = await openPullRequest(box, repository, { token: "ada", branch: "change" });
});
afterAll(async () => {
  await box.stop();
  await folder[Symbol.asyncDispose]();
  await repository[Symbol.asyncDispose]();
});

async function run(
  runId: number,
  given: object,
  token: keyof typeof tokens = "job-token-1234",
  env = {},
): Promise<ActionResult> {
  await using workspace = await checkoutMerge(box, pull);
  // Awaited here, or the workspace is gone before the action starts.
  return await runAction({
    action: repository.path,
    workspace: workspace.path,
    event: { name: "pull_request", payload: pull.event },
    box,
    token,
    runId,
    env: { CASE: JSON.stringify(given), KEPT: `${folder.path}/${runId}`, ...env },
  });
}
async function read(path: string): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, {
    headers: { authorization: "Bearer ada" },
  });
  const data = (await answer.json()) as { check_runs?: Record<string, unknown>[] } & Record<
    string,
    unknown
  >[];
  return data.check_runs ?? data;
}
const comments = () => read(`/issues/${pull.number}/comments`);
const checks = () => read(`/commits/${pull.head.sha}/check-runs?filter=all`);

test("a verdict is said everywhere, and its evidence is there under its digest", async () => {
  const result = await run(101, { text: "auc is worse" });
  expect(result.exitCode).toBe(1);
  expect(await comments()).toMatchObject([
    { body: expect.stringMatching(/census-income[\s\S]*comment: auc is worse http.*artifacts/) },
  ]);
  expect(await checks()).toMatchObject([
    {
      name: "mlops / census-income",
      conclusion: "failure",
      output: { title: "fail: auc", summary: expect.stringContaining("check: auc") },
    },
  ]);
  expect(result.summary).toContain("summary: auc is worse");
  expect(result.annotations).toMatchObject([{ level: "error", file: "mlops.yml", line: 3 }]);
  const evidence = await readFile(result.outputs.evidence ?? "");
  const { createHash } = await import("node:crypto");
  expect(createHash("sha256").update(evidence).digest("hex")).toBe(result.outputs["evidence-digest"]);
  expect(result.outputs).toMatchObject({ verdict: "fail", title: "fail: auc" });
  expect(await readFile(result.outputs.report ?? "", "utf8")).toContain("page: auc is worse");
});

test("a fork's token writes nothing; verdict, summary and exit code are the same", async () => {
  const before = [await comments(), await checks()];
  const result = await run(102, { text: "from a fork" }, "fork-token-1234");
  expect(result.exitCode).toBe(1);
  expect([await comments(), await checks()]).toEqual(before);
  expect(result.summary).toContain("from a fork");
  const notices = result.annotations.filter(({ level }) => level === "notice");
  expect(notices).toMatchObject([
    { title: "The comment was not written", message: expect.stringContaining("403") },
    { title: "The check was not written", message: expect.stringMatching(/403.*checks/) },
  ]);
});

test("an artifact store that is not there costs a notice", async () => {
  const result = await run(103, { verdict: "pass" }, "job-token-1234", { ACTIONS_RESULTS_URL: undefined });
  expect(result.exitCode).toBe(0);
  expect(result.annotations).toMatchObject([{ title: "The artifact was not written" }]);
});

test.each([
  ["review", 0, "neutral"],
  ["allow", 0, "success"],
  ["block", 2, "failure"],
])("an inconclusive verdict under `%s` exits %i and is %s", async (inconclusive, exit, conclusion) => {
  const runId = 200 + exit + conclusion.length;
  const result = await run(runId, { verdict: "inconclusive", inconclusive });
  expect(result.exitCode).toBe(exit);
  const mine = (await checks()).filter(({ external_id }) => String(external_id).includes(`:${runId}.`));
  expect(mine).toMatchObject([{ conclusion }]);
});

test("what is not affected is said by the check, not by a comment", async () => {
  const before = await comments();
  expect(await run(300, { verdict: "not_applicable" })).toMatchObject({ exitCode: 0 });
  expect(await comments()).toEqual(before);
});

test("text from data commands nothing, and a secret in it leaves by no way", async () => {
  const text = "x\n::error::planted\n::add-mask::a\njob-token-1234";
  const result = await run(400, { text, title: "::warning::planted job-token-1234" });
  expect(result.exitCode).toBe(1);
  expect(result.maskedValues).toContain("job-token-1234");
  expect(result.maskedValues).not.toContain("a");
  expect(result.annotations.map(({ message }) => message).join()).not.toContain("planted");
  const seen = [
    result.summary,
    JSON.stringify(result.outputs),
    JSON.stringify(await comments()),
    JSON.stringify(await checks()),
  ];
  seen.push(
    await readFile(result.outputs.evidence ?? "", "utf8"),
    await readFile(result.outputs.report ?? "", "utf8"),
  );
  expect(seen.filter((one) => one.includes("job-token-1234"))).toEqual([]);
});

test("a bug is no verdict: exit 70, its stack, no secret", async () => {
  const result = await run(500, { throws: true });
  expect(result.exitCode).toBe(70);
  expect(result.annotations).toMatchObject([
    { title: "mlops-actions has a bug", message: expect.stringContaining("a bug with ***") },
  ]);
});
