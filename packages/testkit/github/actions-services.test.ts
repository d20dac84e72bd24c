import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DefaultArtifactClient } from "@actions/artifact";
import { restoreCache, saveCache } from "@actions/cache";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { client, tokens } from "../octokit.ts";
import { type Folder, temporaryFolder } from "../repository/folder.ts";
import { stepEnvironment } from "../runner/environment.ts";
import { type GitHubBox, startGitHub } from "./start.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

// The libraries write workflow commands, which a real runner around these tests would obey.
beforeEach(() => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Makes this process look like a step of run 77, as far as the official libraries look. */
async function beStepOf(box: GitHubBox, folder: Folder, runId = 77): Promise<string> {
  const workspace = join(folder.path, "workspace");
  const temp = join(folder.path, "temp");
  for (const dir of [workspace, temp]) await mkdir(dir, { recursive: true });
  const run = {
    id: runId,
    attempt: 1,
    number: 1,
    event: { name: "push", payload: {} },
    sha: "0".repeat(40),
    ref: "refs/heads/main",
    workflow: "gate",
    job: "job1",
    actor: "ada",
  };
  const places = { workspace, temp, toolCache: temp, eventPath: "", action: "" };
  for (const [name, value] of Object.entries(stepEnvironment(box, run, places))) vi.stubEnv(name, value);
  return workspace;
}

test("the official library uploads, lists, gets, downloads and deletes artifacts", async () => {
  await using box = await startGitHub({ tokens });
  await using folder = await temporaryFolder("artifacts");
  const workspace = await beStepOf(box, folder);
  const file = join(workspace, "evidence.bin");
  const bytes = randomBytes(9 * 1024 * 1024);
  await writeFile(file, bytes);
  const client = new DefaultArtifactClient();

  const uploaded = await client.uploadArtifact("evidence", [file], workspace);
  await expect(client.uploadArtifact("evidence", [file], workspace)).rejects.toThrow(/already exists/);
  const listed = await client.listArtifacts();
  const found = await client.getArtifact("evidence");
  const into = join(folder.path, "out");
  const downloaded = await client.downloadArtifact(uploaded.id ?? 0, {
    path: into,
    expectedHash: `sha256:${uploaded.digest}`,
  });

  expect(listed.artifacts.map(({ name, id }) => [name, id])).toEqual([["evidence", uploaded.id]]);
  expect(found.artifact).toMatchObject({
    id: uploaded.id,
    size: uploaded.size,
    digest: `sha256:${uploaded.digest}`,
  });
  expect(downloaded.digestMismatch).toBe(false);
  expect(sha256(await readFile(join(into, "evidence.bin")))).toBe(sha256(bytes));
  await client.deleteArtifact("evidence");
  expect((await client.listArtifacts()).artifacts).toEqual([]);
}, 120_000);

test("what a run uploaded is on the API of the repository, for those who may sign in", async () => {
  await using box = await startGitHub({ tokens });
  await using folder = await temporaryFolder("artifacts");
  await box.registerRun(77, { event: "pull_request", headBranch: "change" });
  const workspace = await beStepOf(box, folder);
  await writeFile(join(workspace, "report.html"), "<p>fine</p>");
  const { id, digest } = await new DefaultArtifactClient().uploadArtifact(
    "report",
    [join(workspace, "report.html")],
    workspace,
  );
  const { octokit, repo } = client(box, "job");

  const { data } = await octokit.actions.listWorkflowRunArtifacts({ ...repo, run_id: 77, name: "report" });
  expect(data.artifacts).toMatchObject([
    { id, name: "report", digest: `sha256:${digest}`, workflow_run: { id: 77, head_branch: "change" } },
  ]);
  const zip = await octokit.actions.downloadArtifact({
    ...repo,
    artifact_id: id ?? 0,
    archive_format: "zip",
  });
  expect(sha256(new Uint8Array(zip.data as ArrayBuffer))).toBe(digest);
  const anonymous = await fetch(`${box.apiUrl}/repos/acme/models/actions/artifacts/${id}/zip`);
  expect(anonymous.status).toBe(401);
  expect((await octokit.actions.getWorkflowRun({ ...repo, run_id: 77 })).data.event).toBe("pull_request");
});

test("the official cache library saves once and restores by key and by prefix", async () => {
  await using box = await startGitHub({ tokens });
  await using folder = await temporaryFolder("cache");
  const workspace = await beStepOf(box, folder);
  const kept = join(workspace, "kept");
  await mkdir(kept);
  const bytes = randomBytes(3 * 1024 * 1024);
  await writeFile(join(kept, "native.bin"), bytes);

  expect(await restoreCache([kept], "natives-linux-1", ["natives-"])).toBeUndefined();
  const id = await saveCache([kept], "natives-linux-1");
  expect(id).toBeGreaterThan(0);
  expect(await saveCache([kept], "natives-linux-1")).toBe(-1);
  await rm(kept, { recursive: true });
  expect(await restoreCache([kept], "natives-linux-2", ["natives-linux-"])).toBe("natives-linux-1");
  expect(sha256(await readFile(join(kept, "native.bin")))).toBe(sha256(bytes));
  expect(await restoreCache([kept], "natives-linux-1")).toBe("natives-linux-1");
}, 120_000);
