import { connect, githubChecks, githubComments, githubSnapshot } from "@mlops-actions/github";
import {
  gitRepository,
  openPullRequest,
  personToken,
  push,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { isInstalled, readDescription } from "./description.ts";
import { newFindings, watch } from "./octokit.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ contents: "read", checks: "write", pull_requests: "write" }),
};

test.skipIf(!isInstalled())("what the suite itself asks of GitHub is what GitHub describes", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "mlops.yml": "model: census-income\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "train.py": "# 2\n" }, { branch: "change" });
  const pull = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  const findings = newFindings();
  const octokit = connect({ token: "job", baseUrl: box.apiUrl, deadlineMs: 10_000 });
  watch(octokit, readDescription(), findings);
  const repo = { owner: box.owner, repo: box.repo };

  await using folder = await temporaryFolder("snapshot");
  const base = githubSnapshot({ octokit, repo, commit: pull.base.sha, into: folder.path });
  expect(await base.read("mlops.yml")).toHaveLength(21);
  const comments = githubComments({ octokit, repo, pullRequest: pull.number });
  const say = (runId: number) =>
    comments.upsert({
      key: "census-income:evaluate",
      body: `verdict ${runId}`,
      order: { runId, attempt: 1 },
    });
  expect([(await say(1)).kind, (await say(2)).kind]).toEqual(["created", "updated"]);
  const checks = githubChecks({ octokit, repo });
  const check = {
    name: "mlops / census-income",
    sha: pull.head.sha,
    title: "pass",
    summary: "fine",
    key: "census-income:evaluate",
    order: { runId: 1, attempt: 1 },
  };
  expect((await checks.publish({ ...check, conclusion: "success" })).kind).toBe("created");
  expect((await checks.publish({ ...check, conclusion: "failure" })).kind).toBe("updated");

  expect(findings.exchanges).toBeGreaterThan(8);
  expect(findings.invalid).toEqual([]);
});
