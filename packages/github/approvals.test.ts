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

const tokens = {
  acme: personToken("acme"),
  bea: personToken("bea"),
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

test("whoever brought a change has written it: its author, its committer, and who proposed it", async () => {
  const direct = await repository.commit({ "train.py": "# 2\n" }, { branch: "change", by: "cy" });
  const { number } = await openPullRequest(box, repository, { token: "bea", branch: "change" });
  const merge = await mergePullRequest(box, { token: "acme", number });
  expect((await port().authors(merge))?.toSorted()).toEqual(["bea", "cy"]);
  expect(await port().authors(direct)).toEqual(["cy"]);
});

test("nobody knows who has written a change where one commit in it is of no account", async () => {
  const direct = await repository.commit({ "train.py": "# 3\n" }, { branch: "hidden" });
  await repository.commit({ "train.py": "# 4\n" }, { branch: "hidden", by: "cy" });
  const { number } = await openPullRequest(box, repository, { token: "bea", branch: "hidden" });
  expect(await port().authors(direct)).toBeUndefined();
  const merge = await mergePullRequest(box, { token: "acme", number });
  expect(await port().authors(merge)).toBeUndefined();
});

test("a run is the doing of whoever started it; of one that GitHub does not have, nobody knows", async () => {
  await box.registerRun(11, { actor: "cy" });
  expect(await port().startedBy(11)).toEqual(["cy"]);
  expect(await port().startedBy(12)).toBeUndefined();
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
