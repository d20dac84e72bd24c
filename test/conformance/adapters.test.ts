import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  connect,
  githubArtifacts,
  githubChecks,
  githubComments,
  githubRefs,
  githubReleases,
  githubSnapshot,
  githubWitness,
} from "@mlops-actions/github";
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
  job: workflowToken({ contents: "write", checks: "write", pull_requests: "write", actions: "read" }),
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

  const refs = githubRefs({ octokit, repo });
  const manifest = new Map([["manifest.json", Buffer.from("{}\n")]]);
  const target = await refs.writeRecord(manifest);
  expect(await refs.readRecord(target)).toEqual(manifest);
  const tag = { name: "census-income@v1.0.0", target, message: "first", date: "2026-03-01T09:30:00Z" };
  expect([(await refs.create(tag)).kind, (await refs.create(tag)).kind]).toEqual(["created", "exists"]);
  expect(await refs.list("census-income@")).toHaveLength(1);
  expect(await refs.read("census-income@v2.0.0")).toBeUndefined();

  const releases = githubReleases({ octokit, repo });
  const { id } = await releases.draft({ tag: "other", title: "first", body: "text" });
  await releases.rename(id, { tag: tag.name, title: "first", body: "text" });
  const path = join(folder.path, "model.onnx");
  await writeFile(path, "bytes");
  const asset = await releases.upload(id, { name: "model.onnx", path, size: 5 });
  await releases.removeAsset(id, asset.id);
  expect(await releases.upload(id, { name: "model.onnx", path, size: 5 })).toMatchObject({ size: 5 });
  await releases.publish(id);
  expect((await releases.ofTag(tag.name))?.id).toBe(id);
  expect(await releases.list()).toHaveLength(1);
  await releases.remove((await releases.draft({ tag: "none", title: "none", body: "" })).id);

  const { data: home } = await octokit.repos.get(repo);
  await box.registerRun(1, { event: "push", headBranch: "main", headSha: pull.base.sha });
  await box.registerRun(2, { event: "push", headBranch: "main", headSha: pull.head.sha });
  const witness = githubWitness({ octokit, repo });
  const examine = async (runId: number) =>
    (await witness.examine({ name: tag.name }, { repositoryId: home.id, runId, attempt: 1 })).kind;
  expect([await examine(1), await examine(2), await examine(3)]).toEqual(["vouched", "doubted", "doubted"]);
  expect(await githubArtifacts({ octokit, repo, runUrl: "" }).find("candidate")).toEqual([]);

  expect(findings.exchanges).toBeGreaterThan(30);
  expect(findings.invalid).toEqual([]);
});
