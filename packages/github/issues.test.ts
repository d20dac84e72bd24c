import { markerOf } from "@mlops-actions/report";
import { type GitHubBox, personToken, startGitHub, workflowToken } from "@mlops-actions/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { githubDispatches } from "./dispatches.ts";
import { githubIssues } from "./issues.ts";
import { type Client, connect } from "./octokit.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ issues: "write", contents: "write" }),
  reader: workflowToken({ contents: "read" }),
};
const KEY = "census-income:drift";

let box: GitHubBox;
beforeEach(async () => {
  box = await startGitHub({ tokens });
});
afterEach(() => box.stop());

function client(token: keyof typeof tokens = "job"): Client {
  return connect({ token, baseUrl: box.apiUrl, deadlineMs: 5_000, paced: false, wait: async () => {} });
}
const repo = () => ({ owner: box.owner, repo: box.repo });
const ours = (token: keyof typeof tokens = "job") => githubIssues({ octokit: client(token), repo: repo() });
const body = (text: string, model = "census-income") =>
  `${markerOf({ model, stage: "drift" }, { run: "1", attempt: "1", began: "20261114T0600" })}\n\n${text}`;
const issue = (text = "severe") => ({
  key: KEY,
  title: "drift",
  body: body(text),
  labels: ["drift"],
  assignees: [],
});

describe("the issue of a key", () => {
  test("is there once it was opened, and not before", async () => {
    expect(await ours().find(KEY)).toBeUndefined();
    const { number, url } = await ours().open(issue());
    expect(url).toContain(`/issues/${number}`);
    expect(await ours().find(KEY)).toMatchObject({
      number,
      state: "open",
      title: "drift",
      facts: { began: "20261114T0600" },
      closed: null,
      duplicates: [],
    });
    expect(await ours().find("census-income:heartbeat")).toBeUndefined();
  });

  test("is not one that somebody else has written with the same first line", async () => {
    await ours("ada").open(issue());
    expect(await ours().find(KEY)).toBeUndefined();
  });

  test("is the oldest of several that are open, with the others told", async () => {
    const first = await ours().open(issue("one"));
    const second = await ours().open(issue("two"));
    expect(await ours().find(KEY)).toMatchObject({ number: first.number, duplicates: [second.number] });
  });

  test("says who has closed it", async () => {
    const { number } = await ours().open(issue());
    await ours("ada").change(number, { state: "closed" });
    expect(await ours().find(KEY)).toMatchObject({ state: "closed", closed: { byOurselves: false } });
    await ours().change(number, { state: "open", title: "again" });
    expect(await ours().find(KEY)).toMatchObject({ state: "open", title: "again", closed: null });
    await ours().change(number, { state: "closed" });
    expect(await ours().find(KEY)).toMatchObject({ closed: { byOurselves: true } });
  });

  test("is opened once where the answer was lost", async () => {
    await box.fault({
      method: "POST",
      path: "/repos/acme/models/issues",
      phase: "after-commit",
      answer: { kind: "drop" },
    });
    const { number } = await ours().open(issue());
    expect((await ours().find(KEY))?.number).toBe(number);
    expect((await ours().find(KEY))?.duplicates).toEqual([]);
  });

  test("is told the same words once", async () => {
    const { number } = await ours().open(issue());
    await ours().comment(number, "over");
    await ours().comment(number, "over");
    const { data } = await client().issues.listComments({ ...repo(), issue_number: number });
    expect(data.map(({ body }) => body)).toEqual(["over"]);
  });
});

test("a token that may not write is a fault of the user's, with what to do", async () => {
  await expect(ours("reader").open(issue())).rejects.toMatchObject({ code: "github-refused" });
  const dispatches = githubDispatches({ octokit: client("reader"), repo: repo() });
  await expect(dispatches.repositoryDispatch("mlops-retrain", {})).rejects.toMatchObject({
    code: "github-refused",
  });
});

test("a dispatch tells its type and what it is about", async () => {
  const dispatches = githubDispatches({ octokit: client(), repo: repo() });
  await dispatches.repositoryDispatch("mlops-retrain", { model: "census-income" });
  expect(await box.dispatches()).toEqual([
    { type: "mlops-retrain", payload: { model: "census-income" }, by: "github-actions[bot]" },
  ]);
});
