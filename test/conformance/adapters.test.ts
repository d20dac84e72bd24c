import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  connect,
  githubApprovals,
  githubArtifacts,
  githubChecks,
  githubComments,
  githubDeployments,
  githubDispatches,
  githubIssues,
  githubRefs,
  githubReleases,
  githubRunMarks,
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
  job: workflowToken({
    contents: "write",
    checks: "write",
    pull_requests: "write",
    actions: "read",
    deployments: "write",
    issues: "write",
  }),
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

  const issues = githubIssues({ octokit, repo });
  const body = "<!-- mlops:census-income:drift run=1 attempt=1 -->\n\nsevere";
  const opened = await issues.open({
    key: "census-income:drift",
    title: "drift",
    body,
    labels: ["drift"],
    assignees: ["ada"],
  });
  await issues.comment(opened.number, "over");
  await issues.change(opened.number, { state: "closed" });
  expect(await issues.find("census-income:drift")).toMatchObject({ closed: { byOurselves: true } });
  await githubDispatches({ octokit, repo }).repositoryDispatch("mlops-retrain", { model: "census-income" });

  const { data: home } = await octokit.repos.get(repo);
  await box.registerRun(1, { event: "push", headBranch: "main", headSha: pull.base.sha });
  await box.registerRun(2, { event: "push", headBranch: "main", headSha: pull.head.sha });
  const witness = githubWitness({ octokit, repo });
  const examine = async (runId: number) =>
    (await witness.examine({ name: tag.name }, { repositoryId: home.id, runId, attempt: 1 })).kind;
  expect([await examine(1), await examine(2), await examine(3)]).toEqual(["vouched", "doubted", "doubted"]);
  expect(await githubArtifacts({ octokit, repo, runUrl: "" }).find("candidate")).toEqual([]);

  const upload = async () => ({ kind: "refused", why: "" }) as const;
  const marks = githubRunMarks({ octokit, repo, artifacts: { upload }, runId: 1, folder: folder.path });
  expect([(await marks.of(1)).size, (await marks.of(3)).size]).toEqual([0, 0]);
  const deployments = githubDeployments({ octokit, repo, witness });
  const run = { repositoryId: home.id, runId: 1, attempt: 1 };
  const made = await deployments.create({
    model: "census-income",
    environment: "production",
    ref: tag.name,
    description: "census-income to production",
    payload: { key: "first", run },
  });
  await deployments.say(made.id, { state: "success", description: "live" });
  expect(await deployments.list({ model: "census-income", environment: "production" })).toMatchObject([
    { id: made.id, ref: tag.name, payload: { key: "first" } },
  ]);
  expect(await deployments.statuses(made.id)).toMatchObject([{ state: "success", description: "live" }]);
  const approvals = githubApprovals({ octokit, repo });
  expect(await approvals.rules("production")).toBeUndefined();
  await box.setEnvironment("production", { reviewers: ["ada"], preventsSelfReview: true });
  expect(await approvals.rules("production")).toEqual({ reviewers: true, preventsSelfReview: true });
  await box.approve(1, { environments: ["production"], user: "ada", state: "approved" });
  expect(await approvals.ofRun(1)).toMatchObject([{ by: "ada", approved: true }]);
  expect(await approvals.comments("2020-01-01T00:00:00Z")).toEqual([]);
  expect([await approvals.mayWrite("ada"), await approvals.mayWrite("nobody")]).toEqual([true, false]);
  expect(await approvals.authors({ commit: pull.base.sha, since: pull.base.sha })).toHaveProperty("unknown");
  expect(await approvals.startedBy(1)).toEqual([box.owner]);
  await githubDispatches({ octokit, repo }).repositoryDispatch("mlops-promoted", { version: "1.0.0" });

  expect(findings.exchanges).toBeGreaterThan(40);
  expect(findings.invalid).toEqual([]);
});
