import {
  gitRepository,
  openPullRequest,
  personToken,
  push,
  runtimeToken,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { isInstalled, readDescription } from "./description.ts";
import { checkedOctokit, newFindings } from "./octokit.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({
    contents: "write",
    checks: "write",
    pull_requests: "write",
    actions: "write",
    deployments: "write",
    issues: "write",
  }),
  nobody: workflowToken({}),
};
const onPurpose = { isInvalidOnPurpose: true };

test.skipIf(!isInstalled())(
  isInstalled()
    ? "every answer of the box keeps to GitHub's published description"
    : "GitHub's description is not installed: npm ci --prefix test/conformance",
  async () => {
    await using box = await startGitHub({ tokens });
    await using repository = await gitRepository({ "a.txt": "1\n", "folder/b.txt": "1\n" });
    await push(box, repository, { token: "ada" });
    await repository.commit({ "a.txt": "2\n", "folder/b.txt": null, "c.txt": "new\n" }, { branch: "change" });
    const pull = await openPullRequest(box, repository, { token: "ada", branch: "change" });
    await repository.commit({ "d.txt": "4\n" }, { branch: "second" });
    await push(box, repository, { token: "ada", branch: "second" });
    await box.registerRun(77, { headSha: pull.head.sha, headBranch: "change" });

    const description = readDescription();
    const findings = newFindings();
    const as = (auth: string) => checkedOctokit(description, findings, { auth, baseUrl: box.apiUrl });
    const [ada, job, nobody, stranger] = [as("ada"), as("job"), as("nobody"), as("unknown")];
    const repo = { owner: box.owner, repo: box.repo };
    const sha = pull.head.sha;
    const refused = async (status: number, asked: Promise<unknown>) =>
      expect(
        await asked.then(
          () => 200,
          (error) => error.status,
        ),
      ).toBe(status);

    await ada.users.getAuthenticated();
    await refused(403, job.users.getAuthenticated());
    await refused(401, stranger.repos.get(repo));
    await ada.repos.get(repo);

    // Git data
    const blob = await ada.git.createBlob({ ...repo, content: "aGVsbG8=", encoding: "base64" });
    await ada.git.getBlob({ ...repo, file_sha: blob.data.sha });
    await refused(404, ada.git.getBlob({ ...repo, file_sha: "0".repeat(40) }));
    const tree = await ada.git.createTree({
      ...repo,
      base_tree: pull.base.sha,
      tree: [
        { path: "x.txt", mode: "100644", type: "blob", sha: blob.data.sha },
        { path: "folder/b.txt", mode: "100644", type: "blob", sha: null },
      ],
    });
    await ada.git.getTree({ ...repo, tree_sha: tree.data.sha });
    await ada.git.getTree({ ...repo, tree_sha: sha, recursive: "1" });
    await refused(404, ada.git.getTree({ ...repo, tree_sha: "0".repeat(40) }));
    const commit = await ada.git.createCommit({
      ...repo,
      message: "A record",
      tree: tree.data.sha,
      parents: [],
    });
    await ada.git.getCommit({ ...repo, commit_sha: commit.data.sha });
    await refused(422, ada.git.createCommit({ ...repo, message: "x", tree: "0".repeat(40) }));
    const tag = await ada.git.createTag({
      ...repo,
      tag: "v1",
      message: "first",
      object: commit.data.sha,
      type: "commit",
    });
    await ada.git.getTag({ ...repo, tag_sha: tag.data.sha });
    await refused(404, ada.git.getTag({ ...repo, tag_sha: commit.data.sha }));
    await ada.git.createRef({ ...repo, ref: "refs/tags/v1", sha: tag.data.sha });
    await refused(422, ada.git.createRef({ ...repo, ref: "refs/tags/v1", sha: tag.data.sha }));
    await refused(403, nobody.git.createRef({ ...repo, ref: "refs/tags/v2", sha: tag.data.sha }));
    await ada.git.getRef({ ...repo, ref: "tags/v1" });
    await refused(404, ada.git.getRef({ ...repo, ref: "tags/none" }));
    await ada.git.listMatchingRefs({ ...repo, ref: "tags/v" });
    await ada.git.createRef({ ...repo, ref: "refs/heads/moving", sha: pull.base.sha });
    await ada.git.updateRef({ ...repo, ref: "heads/moving", sha });
    await refused(422, ada.git.updateRef({ ...repo, ref: "heads/moving", sha: commit.data.sha }));
    await ada.git.updateRef({ ...repo, ref: "heads/moving", sha: commit.data.sha, force: true });
    await ada.git.deleteRef({ ...repo, ref: "heads/moving" });
    await refused(422, ada.git.deleteRef({ ...repo, ref: "heads/moving" }));

    await ada.repos.compareCommitsWithBasehead({ ...repo, basehead: `${pull.base.sha}...${sha}` });
    await ada.repos.compareCommitsWithBasehead({ ...repo, basehead: `${sha}...${sha}` });
    await refused(
      404,
      ada.repos.compareCommitsWithBasehead({ ...repo, basehead: `${"0".repeat(40)}...${sha}` }),
    );

    // Contents
    await ada.repos.getContent({ ...repo, path: "" });
    await ada.repos.getContent({ ...repo, path: "folder" });
    await ada.repos.getContent({ ...repo, path: "a.txt", ref: sha });
    await refused(404, ada.repos.getContent({ ...repo, path: "none.txt" }));

    // Pull requests
    const number = pull.number;
    const second = await ada.pulls.create({
      ...repo,
      title: "Second",
      head: "second",
      base: "main",
      body: "text",
    });
    await refused(422, ada.pulls.create({ ...repo, title: "Second", head: "second", base: "main" }));
    await refused(422, ada.pulls.create({ ...repo, title: "None", head: "none", base: "main" }));
    await refused(403, nobody.pulls.create({ ...repo, title: "No", head: "second", base: "main" }));
    await ada.pulls.update({ ...repo, pull_number: second.data.number, state: "closed", title: "Closed" });
    await ada.pulls.list({ ...repo, state: "all" });
    await ada.pulls.get({ ...repo, pull_number: number });
    await refused(404, ada.pulls.get({ ...repo, pull_number: 999 }));
    await ada.pulls.listFiles({ ...repo, pull_number: number });
    await ada.pulls.listCommits({ ...repo, pull_number: number });

    const third = await ada.pulls.create({ ...repo, title: "Third", head: "second", base: "main" });
    await refused(
      403,
      nobody.pulls.merge({ ...repo, pull_number: third.data.number, merge_method: "merge" }),
    );
    const merged = await ada.pulls.merge({ ...repo, pull_number: third.data.number, merge_method: "merge" });
    await refused(405, ada.pulls.merge({ ...repo, pull_number: third.data.number, merge_method: "merge" }));
    await ada.pulls.get({ ...repo, pull_number: third.data.number });
    await ada.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: merged.data.sha });

    // Comments
    const comment = await job.issues.createComment({ ...repo, issue_number: number, body: "hello" });
    await ada.issues.createComment({ ...repo, issue_number: number, body: "by a person" });
    await job.issues.getComment({ ...repo, comment_id: comment.data.id });
    await job.issues.listComments({ ...repo, issue_number: number, per_page: 1 });
    await job.issues.updateComment({ ...repo, comment_id: comment.data.id, body: "hello again" });
    await refused(
      422,
      job.issues.updateComment({ ...repo, comment_id: comment.data.id, body: "x".repeat(65_537) }),
    );
    await refused(422, job.issues.createComment({ ...repo, issue_number: number, body: "x".repeat(65_537) }));
    await refused(404, job.issues.createComment({ ...repo, issue_number: 999, body: "x" }));
    await refused(403, nobody.issues.createComment({ ...repo, issue_number: number, body: "x" }));
    await job.issues.deleteComment({ ...repo, comment_id: comment.data.id });
    await refused(404, job.issues.getComment({ ...repo, comment_id: comment.data.id }));

    // Issues
    const issue = await job.issues.create({
      ...repo,
      title: "Drift",
      body: "text",
      labels: ["a"],
      assignees: ["ada"],
    });
    const about = { ...repo, issue_number: issue.data.number };
    await job.issues.get(about);
    await job.issues.createComment({ ...about, body: "hello" });
    await ada.issues.update({ ...about, state: "closed" });
    await job.issues.listForRepo({ ...repo, state: "all" });
    await refused(404, job.issues.get({ ...repo, issue_number: 998 }));
    await refused(422, job.issues.update({ ...about, body: "x".repeat(65_537) }));
    await refused(403, nobody.issues.create({ ...repo, title: "No" }));
    await job.repos.createDispatchEvent({ ...repo, event_type: "retrain", client_payload: { a: 1 } });
    await refused(403, nobody.repos.createDispatchEvent({ ...repo, event_type: "retrain" }));

    // Checks
    const annotation = {
      path: "a.txt",
      start_line: 1,
      end_line: 1,
      annotation_level: "warning",
      message: "look",
    } as const;
    const output = { title: "Title", summary: "Summary", annotations: [annotation] };
    const check = await job.checks.create({
      ...repo,
      name: "gate",
      head_sha: sha,
      status: "in_progress",
      external_id: "e",
    });
    await job.checks.update({ ...repo, check_run_id: check.data.id, conclusion: "success", output });
    await job.checks.get({ ...repo, check_run_id: check.data.id });
    await job.checks.listAnnotations({ ...repo, check_run_id: check.data.id });
    await job.checks.listForRef({ ...repo, ref: sha, filter: "all" });
    const many = { ...output, annotations: Array(51).fill(annotation) };
    await refused(
      422,
      job.checks.update({
        ...repo,
        check_run_id: check.data.id,
        output: many,
        request: {},
        ...onPurpose,
      } as never),
    );
    await refused(403, ada.checks.create({ ...repo, name: "gate", head_sha: sha, status: "queued" }));

    // Releases
    const draft = await ada.repos.createRelease({
      ...repo,
      tag_name: "v3",
      draft: true,
      target_commitish: pull.base.sha,
    });
    const id = draft.data.id;
    await refused(404, ada.repos.getReleaseByTag({ ...repo, tag: "v3" }));
    const data = "bytes" as never;
    const asset = await ada.repos.uploadReleaseAsset({
      ...repo,
      release_id: id,
      name: "m.onnx",
      data,
      baseUrl: `${box.url}/uploads`,
    });
    await refused(
      422,
      ada.repos.uploadReleaseAsset({
        ...repo,
        release_id: id,
        name: "m.onnx",
        data,
        baseUrl: `${box.url}/uploads`,
      }),
    );
    const empty = { name: "empty.txt", data: "" as never, baseUrl: `${box.url}/uploads` };
    await refused(422, ada.repos.uploadReleaseAsset({ ...repo, release_id: id, ...empty }));
    await ada.repos.listReleaseAssets({ ...repo, release_id: id });
    await ada.repos.updateReleaseAsset({ ...repo, asset_id: asset.data.id, label: "Model" });
    await ada.repos.getReleaseAsset({ ...repo, asset_id: asset.data.id });
    await ada.repos.updateRelease({ ...repo, release_id: id, draft: false, name: "Third", body: "notes" });
    await refused(422, ada.repos.createRelease({ ...repo, tag_name: "v3" }));
    await ada.repos.getRelease({ ...repo, release_id: id });
    await ada.repos.getReleaseByTag({ ...repo, tag: "v3" });
    await ada.repos.getLatestRelease(repo);
    await ada.repos.listReleases(repo);
    await ada.repos.deleteReleaseAsset({ ...repo, asset_id: asset.data.id });
    await ada.repos.deleteRelease({ ...repo, release_id: id });
    await refused(404, ada.repos.getLatestRelease(repo));

    // Runs and artifacts
    const artifact = await uploadArtifact(box.url, 77);
    await ada.actions.listWorkflowRunsForRepo(repo);
    await ada.actions.getWorkflowRun({ ...repo, run_id: 77 });
    await ada.actions.listArtifactsForRepo(repo);
    await ada.actions.listWorkflowRunArtifacts({ ...repo, run_id: 77 });
    await ada.actions.getArtifact({ ...repo, artifact_id: artifact });
    await ada.actions.downloadArtifact({ ...repo, artifact_id: artifact, archive_format: "zip" });
    await box.expireArtifact(artifact);
    await ada.actions.getArtifact({ ...repo, artifact_id: artifact });
    await refused(
      410,
      ada.actions.downloadArtifact({ ...repo, artifact_id: artifact, archive_format: "zip" }),
    );
    await ada.actions.deleteArtifact({ ...repo, artifact_id: artifact });
    await refused(404, ada.actions.getArtifact({ ...repo, artifact_id: artifact }));

    // Deployments, environments, and who may do what
    const wanted = { ...repo, ref: "main", task: "mlops:m", auto_merge: false, required_contexts: [] };
    const made = await job.repos.createDeployment({
      ...wanted,
      payload: { key: "1" },
      description: "m to x",
    });
    const deployment_id = (made.data as { id: number }).id;
    await refused(422, job.repos.createDeployment({ ...wanted, ref: "nowhere" }));
    await refused(403, nobody.repos.createDeployment(wanted));
    await ada.repos.listDeployments({ ...repo, task: "mlops:m", environment: "production" });
    await ada.repos.getDeployment({ ...repo, deployment_id });
    const said = { ...repo, deployment_id, state: "in_progress", description: "going" } as const;
    await job.repos.createDeploymentStatus(said);
    await refused(
      422,
      job.repos.createDeploymentStatus({ ...said, description: "x".repeat(141), ...onPurpose } as never),
    );
    await ada.repos.listDeploymentStatuses({ ...repo, deployment_id });
    await refused(404, ada.repos.getEnvironment({ ...repo, environment_name: "production" }));
    await box.setEnvironment("production", { reviewers: ["ada"], preventsSelfReview: true });
    await ada.repos.getEnvironment({ ...repo, environment_name: "production" });
    await box.approve(77, { environments: ["production"], user: "ada", state: "approved" });
    await ada.actions.getReviewsForRun({ ...repo, run_id: 77 });
    await ada.repos.getCollaboratorPermissionLevel({ ...repo, username: "ada" });
    await refused(404, ada.repos.getCollaboratorPermissionLevel({ ...repo, username: "nobody-here" }));
    await job.repos.createDispatchEvent({ ...repo, event_type: "mlops-promoted", client_payload: { a: 1 } });
    await ada.issues.listCommentsForRepo({ ...repo, since: "2020-01-01T00:00:00Z" });
    await ada.repos.getCommit({ ...repo, ref: sha });
    await refused(422, ada.repos.getCommit({ ...repo, ref: "0".repeat(40) }));

    for (const status of findings.undocumented) console.warn(`not documented by GitHub: ${status}`);
    console.info(
      `${findings.exchanges} exchanges, ${findings.used.size} operations, ${findings.invalid.length} invalid`,
    );
    expect(findings.invalid).toEqual([]);

    const offered = (await box.routes())
      .filter(({ path }) => /^(\/uploads)?\/(repos|user)/.test(path) && !path.endsWith("*"))
      .map(({ method, path }) => {
        const example = path.replace(/^\/uploads/, "").replaceAll(/:(\w+)\{[^}]*\}|:\w+/g, "1");
        return { method, path, operation: description.find(method, example) };
      });
    const unused = offered.filter(
      ({ method, operation }) => operation !== undefined && !findings.used.has(`${method} ${operation.path}`),
    );
    expect(
      unused.map(({ method, path }) => `${method} ${path}`),
      "offered, but not checked here",
    ).toEqual([]);
    // GitHub describes the root folder as a path that is empty.
    const unknown = offered.filter(
      ({ path, operation }) => operation === undefined && !path.endsWith("/contents"),
    );
    expect(
      unknown.map(({ path }) => path),
      "no operation of GitHub's",
    ).toEqual([]);
  },
);

test.skipIf(!isInstalled())("an answer without a field, or with one of another kind, is found", () => {
  const description = readDescription();
  const operation = description.find("GET", "/repos/acme/models/git/ref/tags/v1");
  if (operation === undefined) throw new Error("GitHub describes git/ref");
  const object = { type: "tag", sha: "a".repeat(40), url: "https://api.github.com/x" };
  const whole = { ref: "refs/tags/v1", node_id: "x", url: "https://api.github.com/x", object };

  expect(description.answer(operation, 200, whole)).toEqual([]);
  for (const field of Object.keys(whole))
    expect(description.answer(operation, 200, { ...whole, [field]: undefined }), field).not.toEqual([]);
  expect(description.answer(operation, 200, { ...whole, ref: 1 })).toEqual(["/ref must be string"]);
  const creating = description.find("POST", "/repos/acme/models/git/refs");
  expect(creating && description.request(creating, { ref: "refs/tags/v1" })).toEqual([
    "/ must have required property 'sha'",
  ]);
});

async function uploadArtifact(url: string, run: number): Promise<number> {
  const call = async (method: string, body: object) => {
    const answer = await fetch(`${url}/twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${runtimeToken(run)}` },
      body: JSON.stringify({
        workflow_run_backend_id: String(run),
        workflow_job_run_backend_id: "job1",
        name: "evidence",
        ...body,
      }),
    });
    return (await answer.json()) as { signed_upload_url: string; artifact_id: string };
  };
  const { signed_upload_url } = await call("CreateArtifact", { version: 7 });
  await fetch(signed_upload_url, { method: "PUT", body: "zip" });
  return Number(
    (await call("FinalizeArtifact", { size: "3", hash: `sha256:${"0".repeat(64)}` })).artifact_id,
  );
}
