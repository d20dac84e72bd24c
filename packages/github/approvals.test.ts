import {
  type GitHubBox,
  gitRepository,
  mergePullRequest,
  openPullRequest,
  personToken,
  push,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { githubApprovals } from "./approvals.ts";
import { connect } from "./octokit.ts";
import { pullHistory } from "./pull-history.ts";

const tokens = {
  acme: personToken("acme"),
  bea: personToken("bea"),
  mal: personToken("mal"),
  eve: personToken("eve", { issues: "write" }),
  job: workflowToken({ contents: "read", actions: "read", issues: "write", pull_requests: "read" }),
};

let box: GitHubBox;
let repository: Awaited<ReturnType<typeof gitRepository>>;
let repo: { owner: string; repo: string };
const client = (token: keyof typeof tokens = "job") =>
  connect({ token, baseUrl: box.apiUrl, deadlineMs: 5_000, paced: false, wait: async () => {} });
const port = () => githubApprovals({ octokit: client(), repo });

beforeAll(async () => {
  box = await startGitHub({ tokens });
  repo = { owner: box.owner, repo: box.repo };
  repository = await gitRepository({ "mlops.yml": "model: census" });
  await push(box, repository, { token: "acme" });
});
afterAll(async () => {
  await box.stop();
  await repository[Symbol.asyncDispose]();
});

test("an environment without reviewers, or that is not there, has none to ask", async () => {
  expect(await port().rules("nowhere")).toBeUndefined();
  await box.setEnvironment("staging", { reviewers: [], preventsSelfReview: false });
  expect(await port().rules("staging")).toEqual({ reviewers: false, preventsSelfReview: false });
  await box.setEnvironment("production", { reviewers: ["bea"], preventsSelfReview: true });
  expect(await port().rules("production")).toEqual({ reviewers: true, preventsSelfReview: true });
});

test("GitHub's record says who has let a run into an environment", async () => {
  await box.registerRun(9, {});
  expect(await port().ofRun(9)).toEqual([]);
  await box.approve(9, { environments: ["production"], user: "bea", state: "approved" });
  expect(await port().ofRun(9)).toEqual([{ environments: ["production"], by: "bea", approved: true }]);
  expect(await port().ofRun(10)).toEqual([]);
});

const authors = async (commit: string, since: string | null = null) => {
  const found = await port().authors({ commit, since });
  return "unknown" in found ? found.unknown : found.toSorted();
};
/** A pull request, merged. @returns what is the head of `main` then */
async function change(branch: string, by: readonly string[], method?: "squash"): Promise<string> {
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  for (const login of by)
    await repository.commit({ [`${branch}.py`]: `# ${login}\n` }, { branch, by: login });
  const { number } = await openPullRequest(box, repository, { token: "bea", branch });
  const merge = await mergePullRequest(box, { token: "acme", number, ...(method && { method }) });
  await repository.git.bytes(["fetch", "--quiet", box.gitUrl, "main"]);
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  await repository.git.bytes(["reset", "--quiet", "--hard", "FETCH_HEAD"]);
  return merge;
}

test("whoever brought a change has written it: its author, its committer, and who proposed it", async () => {
  const merge = await change("one", ["cy"]);
  expect(await authors(merge)).toEqual(["bea", "cy"]);
  expect(await authors(await repository.revision(`${merge}^2`))).toEqual(["cy"]);
});

test("a change since a commit is everything that came after it, also what was squashed", async () => {
  const live = await change("before", ["dan"]);
  await change("two", ["cy"]);
  await repository.commit({ "hand.py": "# 1\n" }, { by: "hal" });
  await push(box, repository, { token: "acme" });
  const squashed = await change("three", ["eve", "finn"], "squash");
  const last = await change("four", ["gus"]);
  expect(await authors(squashed)).toEqual(["bea", "eve", "finn"]);
  expect(await authors(last, squashed)).toEqual(["bea", "gus"]);
  await box.forgetRequests();
  expect(await authors(last, live)).toEqual(["bea", "cy", "eve", "finn", "gus", "hal"]);
  // The commit, what is between, the pull requests that were touched, the commits of the squashed one.
  expect(await box.requests()).toHaveLength(4);
  expect(await authors(last, last)).toEqual(["bea", "gus"]);
  expect(await authors(last, "0".repeat(40))).toBe("the commit 0000000 is gone, as after a force push");
});

test("whoever pressed the button of a merge has written nothing; a merge of one's own making has its author", async () => {
  const live = await change("button", ["cy"]);
  await repository.commit({ "hand.txt": "1\n" }, { branch: "own", by: "dan" });
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  const env = {
    GIT_AUTHOR_NAME: "Eve",
    GIT_AUTHOR_EMAIL: "eve@users.noreply.github.com",
    GIT_COMMITTER_NAME: "GitHub",
    GIT_COMMITTER_EMAIL: "noreply@github.com",
  };
  await repository.git.bytes(["merge", "--quiet", "--no-ff", "own"], { env });
  await push(box, repository, { token: "acme" });
  expect(await authors(live)).toEqual(["bea", "cy"]);
  expect(await authors(await repository.revision(), live)).toEqual(["dan", "eve"]);
});

test("what was squashed twice has the authors of both, and whoever proposed them", async () => {
  const live = await change("before-nested", ["cy"]);
  const { git } = repository;
  await git.bytes(["checkout", "--quiet", "-b", "feature"]);
  await push(box, repository, { token: "acme", branch: "feature" });
  await repository.commit({ "part.py": "# eve\n" }, { branch: "part", by: "eve" });
  const part = await openPullRequest(box, repository, { token: "mal", branch: "part", base: "feature" });
  await mergePullRequest(box, { token: "acme", number: part.number, method: "squash" });
  await git.bytes(["fetch", "--quiet", box.gitUrl, "feature"]);
  await git.bytes(["checkout", "--quiet", "-B", "feature", "FETCH_HEAD"]);
  const squashed = await change("feature", [], "squash");
  expect(await authors(squashed, live)).toEqual(["bea", "eve", "mal"]);
  expect(await authors(squashed)).toEqual(["bea", "eve", "mal"]);
});

test("a pull request whose head was pushed has brought all of its commits", async () => {
  await change("before-pushed", ["cy"]);
  for (const login of ["dan", "eve"])
    await repository.commit({ "pushed.py": `# ${login}\n` }, { branch: "pushed", by: login });
  await openPullRequest(box, repository, { token: "bea", branch: "pushed" });
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  await repository.git.bytes(["merge", "--quiet", "--ff-only", "pushed"]);
  await push(box, repository, { token: "acme" });
  expect(await authors(await repository.revision())).toEqual(["bea", "dan", "eve"]);
});

test("co-authors are those whom a message names, by an address of GitHub's or one that is in the change; programs are none", async () => {
  const live = await change("before-co", ["cy"]);
  const by = (...mails: string[]) => mails.map((mail) => `Co-authored-by: Somebody <${mail}>`).join("\n");
  const message = `Change\n\n${by("7+eve@users.noreply.github.com", "noreply@github.com", "dan@users.noreply.github.com")}\n* more`;
  const first = await repository.commit({ "co.py": "# 1\n" }, { by: "cy", message });
  await push(box, repository, { token: "acme" });
  expect(await authors(first, live)).toEqual(["cy", "dan", "eve"]);
  const last = await repository.commit(
    { "co.py": "# 2\n" },
    { by: "cy", message: `A\n\n${by("eve@example.org")}` },
  );
  await push(box, repository, { token: "acme" });
  expect(await authors(last, live)).toBe(
    `${last.slice(0, 7)} names a co-author by an address that is nobody's here`,
  );
});

test("where more was touched since than is listed, commits are asked for one by one", async () => {
  const merge = await change("touched", ["cy"], "squash");
  const commits = [{ sha: merge, date: "1970-01-01T00:00:00Z" }];
  const found = (pages: number, asked: number) =>
    pullHistory({ octokit: client(), repo }, { pages, asked })(commits);
  for (const [pages, asked] of [
    [0, 1],
    [10, 0],
  ] as const)
    expect(await found(pages, asked)).toMatchObject([{ merge_commit_sha: merge, user: { login: "bea" } }]);
  expect(await found(0, 0)).toBeUndefined();
});

test("of a change that is too long nobody knows the authors", async () => {
  const live = await change("five", ["cy"]);
  const commits = Array.from({ length: 251 }, () => "hal");
  const last = await change("many", commits);
  await box.forgetRequests();
  expect(await authors(last, live)).toBe(`252 commits came since ${live.slice(0, 7)}, at most 250 are read`);
  expect((await box.requests()).length).toBeLessThan(5);
});

test("nobody knows who has written a change where one commit in it is of no account", async () => {
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  const direct = await repository.commit({ "train.py": "# 3\n" }, { branch: "hidden" });
  await repository.commit({ "train.py": "# 4\n" }, { branch: "hidden", by: "cy" });
  const { number } = await openPullRequest(box, repository, { token: "bea", branch: "hidden" });
  const said = `${direct.slice(0, 7)} has an author whom GitHub does not know`;
  expect(await authors(direct)).toBe(said);
  const merge = await mergePullRequest(box, { token: "acme", number });
  expect(await authors(merge)).toBe(said);
});

test("a run is the doing of whoever started it; of one that GitHub does not have, nobody knows", async () => {
  await box.registerRun(11, { actor: "cy" });
  expect(await port().startedBy(11)).toEqual(["cy"]);
  expect(await port().startedBy(12)).toEqual({ unknown: "run 12 is gone", remedy: null });
});

test("comments are people's, with whether they were edited; only some may write", async () => {
  await repository.commit({ "a.txt": "1\n" }, { branch: "talk" });
  const { number } = await openPullRequest(box, repository, { token: "bea", branch: "talk" });
  const say = async (token: keyof typeof tokens, body: string) =>
    (await client(token).issues.createComment({ ...repo, issue_number: number, body })).data.id;
  await say("bea", "/approve census@v1.1.0");
  await say("job", "/approve census@v1.1.0");
  await say("eve", "me too");
  const said = await port().comments("2020-01-01T00:00:00Z");
  expect(said).toMatchObject([
    { by: "bea", body: "/approve census@v1.1.0", edited: false },
    { by: "eve", body: "me too" },
  ]);
  expect(await port().comments("2100-01-01T00:00:00Z")).toEqual([]);
  expect([
    await port().mayWrite("bea"),
    await port().mayWrite("eve"),
    await port().mayWrite("nobody"),
  ]).toEqual([true, false, false]);
});
