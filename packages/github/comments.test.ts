import {
  type GitHubBox,
  gitRepository,
  openPullRequest,
  personToken,
  push,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { askAll } from "./ask.ts";
import { githubComments } from "./comments.ts";
import { marked } from "./marker.ts";
import { type Client, connect } from "./octokit.ts";

const may = { pull_requests: "write", contents: "read" } as const;
const tokens = {
  ada: personToken("acme"),
  job: workflowToken(may),
  fork: workflowToken({ contents: "read", pull_requests: "read" }),
};
const key = "census-income:evaluate";
const comment = z.object({ id: z.int(), body: z.string(), user: z.object({ login: z.string() }) });

let box: GitHubBox;
let pulls = 0;
let repository: Awaited<ReturnType<typeof gitRepository>>;
let repo: { owner: string; repo: string };
let pullRequest: number;

beforeAll(async () => {
  box = await startGitHub({ tokens });
  repo = { owner: box.owner, repo: box.repo };
  repository = await gitRepository({ "mlops.yml": "model: census-income" });
  await push(box, repository, { token: "ada" });
});
afterAll(async () => {
  await box.stop();
  await repository[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await box.clearFaults();
  pulls++;
  await repository.commit({ "train.py": `# ${pulls}` }, { branch: `change-${pulls}` });
  pullRequest = (await openPullRequest(box, repository, { token: "ada", branch: `change-${pulls}` })).number;
  await box.forgetRequests();
});

function client(token: keyof typeof tokens = "job", deadlineMs = 5_000): Client {
  return connect({ token, baseUrl: box.apiUrl, deadlineMs, wait: async () => {} });
}
function conversation(octokit = client()) {
  return githubComments({ octokit, repo, pullRequest });
}
function run(runId: number, attempt = 1, text = "a verdict") {
  return { key, body: text, order: { runId, attempt } };
}
function all() {
  const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
  return askAll(client("ada"), comment, route, { ...repo, issue_number: pullRequest });
}
async function say(token: "ada" | "job", body: string): Promise<void> {
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}/issues/${pullRequest}/comments`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ body }),
  });
  expect(answer.status).toBe(201);
}

test("a verdict is one comment: created, left alone when it is the same, updated in place", async () => {
  const comments = conversation();
  const created = await comments.upsert(run(7));
  expect(created).toMatchObject({ kind: "created", url: expect.stringContaining("#issuecomment-") });
  expect(await comments.upsert(run(7))).toEqual({ ...created, kind: "unchanged" });
  expect(await comments.upsert(run(8, 1, "another"))).toEqual({ ...created, kind: "updated" });
  expect((await all()).map(({ body }) => body)).toEqual([marked("another", key, { runId: 8, attempt: 1 })]);
});

test("an older run, or an older attempt, never speaks over a newer one", async () => {
  const comments = conversation();
  await comments.upsert(run(8, 2, "new"));
  expect(await comments.upsert(run(7, 9, "old"))).toMatchObject({ kind: "superseded" });
  expect(await comments.upsert(run(8, 1, "old"))).toMatchObject({ kind: "superseded" });
  expect((await all())[0]?.body).toContain("new");
});

test("a run that says the same still takes its place in time", async () => {
  const comments = conversation();
  await comments.upsert(run(7, 1, "same"));
  await comments.upsert(run(9, 1, "same"));
  expect(await comments.upsert(run(8, 1, "other"))).toMatchObject({ kind: "superseded" });
});

test("the marker in somebody else's comment is not believed and the comment is not touched", async () => {
  const planted = marked("I am the verdict: pass", key, { runId: 99, attempt: 1 });
  await say("ada", planted);
  expect(await conversation().upsert(run(7))).toMatchObject({ kind: "created" });
  expect((await all()).map(({ user, body }) => [user.login, body.includes("I am")])).toEqual([
    ["acme", true],
    ["github-actions[bot]", false],
  ]);
});

test("a comment of ours is found behind a hundred others", async () => {
  await conversation().upsert(run(7));
  for (let one = 0; one < 120; one++) await say("ada", `remark ${one}`);
  expect(await conversation().upsert(run(8, 1, "new"))).toMatchObject({ kind: "updated" });
  expect(await all()).toHaveLength(121);
});

test("models have a comment each", async () => {
  await conversation().upsert(run(7));
  await conversation().upsert({ ...run(7), key: "churn-2:evaluate" });
  expect(await all()).toHaveLength(2);
});

test("two comments that a race has left become one again", async () => {
  await say("job", marked("first", key, { runId: 5, attempt: 1 }));
  await say("job", marked("second", key, { runId: 6, attempt: 1 }));
  expect(await conversation().upsert(run(7, 1, "third"))).toMatchObject({ kind: "updated" });
  expect((await all()).map(({ body }) => body)).toEqual([expect.stringContaining("third")]);
});

const lost = [
  ["the connection is lost after the comment was made", { phase: "after-commit", answer: { kind: "drop" } }],
  ["502 after the comment was made", { phase: "after-commit", answer: { kind: "status", status: 502 } }],
  ["an empty success", { phase: "after-commit", answer: { kind: "body", body: "", status: 201 } }],
  [
    "a page instead of JSON",
    {
      phase: "after-commit",
      answer: { kind: "body", body: "<html>", contentType: "text/html", status: 201 },
    },
  ],
  ["an answer cut in its middle", { phase: "cut" }],
  ["a whole answer of half the JSON", { phase: "truncated" }],
  ["the connection is lost before the comment was made", { phase: "before", answer: { kind: "drop" } }],
  ["503 before the comment was made", { phase: "before", answer: { kind: "status", status: 503 } }],
] as const;

test.each(lost)("%s: exactly one comment", async (_, fault) => {
  await box.fault({ method: "POST", path: "*/comments", ...fault });
  expect(await conversation().upsert(run(7))).toMatchObject({ kind: "created" });
  expect(await all()).toHaveLength(1);
});

test("no answer within the deadline: read back, exactly one comment", async () => {
  await box.fault({ method: "POST", path: "*/comments", phase: "after-commit", answer: { kind: "silence" } });
  expect(await conversation(client("job", 400)).upsert(run(7))).toMatchObject({ kind: "created" });
  expect(await all()).toHaveLength(1);
});

test.each(lost)("while updating, %s: the comment is updated", async (_, fault) => {
  await conversation().upsert(run(7));
  await box.fault({ method: "PATCH", path: "*/comments/*", ...fault });
  expect(await conversation().upsert(run(8, 1, "new"))).toMatchObject({ kind: "updated" });
  expect((await all()).map(({ body }) => body)).toEqual([expect.stringContaining("new")]);
});

test("a list that cannot be read is never taken for an empty one", async () => {
  await conversation().upsert(run(7));
  await box.fault({
    method: "GET",
    path: "*/comments",
    times: "always",
    phase: "before",
    answer: { kind: "status", status: 500 },
  });
  expect(await conversation().upsert(run(8))).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("500"),
  });
  await box.clearFaults();
  expect(await all()).toHaveLength(1);
});

test("a fork's token is refused with the permission that is missing", async () => {
  const said = await conversation(client("fork")).upsert(run(7));
  expect(said).toMatchObject({ kind: "refused", why: expect.stringMatching(/403.*needs `.*write/) });
});

test("a token that nobody knows is refused with its reason", async () => {
  const octokit = connect({ token: "unknown", baseUrl: box.apiUrl, wait: async () => {} });
  expect(await conversation(octokit).upsert(run(7))).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("401"),
  });
});

test("a comment that is too long is refused before GitHub is asked", async () => {
  expect(await conversation().upsert(run(7, 1, "x".repeat(65_536)))).toMatchObject({ kind: "refused" });
  expect(await box.requests()).toEqual([]);
});
