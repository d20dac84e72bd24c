import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  personToken,
  runtimeToken,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { githubArtifacts } from "./artifact.ts";
import { connect } from "./octokit.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ contents: "read", actions: "read" }),
  blind: workflowToken({ contents: "read" }),
};
const BYTES = randomBytes(2_000_000);

let box: Awaited<ReturnType<typeof startGitHub>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let count = 0;

beforeAll(async () => {
  box = await startGitHub({ tokens, private: true, forks: ["eve"] });
  folder = await temporaryFolder("artifacts");
});
afterAll(async () => {
  await box.stop();
  await folder[Symbol.asyncDispose]();
});
beforeEach(async () => {
  count++;
  await box.clearFaults();
  // The library writes workflow commands, which a real runner around these tests would obey.
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Makes this process look like a step of a run, as far as the official library looks. */
function inRun(runId: number, token: keyof typeof tokens = "job") {
  vi.stubEnv("ACTIONS_RUNTIME_TOKEN", runtimeToken(runId));
  vi.stubEnv("ACTIONS_RESULTS_URL", box.url);
  vi.stubEnv("GITHUB_SERVER_URL", box.serverUrl);
  vi.stubEnv("GITHUB_WORKSPACE", folder.path);
  const octokit = connect({ token, baseUrl: box.apiUrl, wait: async () => {} });
  const runUrl = `${box.serverUrl}/runs/${runId}`;
  return githubArtifacts({ octokit, repo: { owner: box.owner, repo: box.repo }, runUrl });
}
async function uploaded(runId: number, name = "candidate: census/income", bytes = BYTES) {
  const root = join(folder.path, `${count}-${runId}`);
  await mkdir(join(root, "out"), { recursive: true });
  await writeFile(join(root, "out", "model.onnx"), bytes);
  await writeFile(join(root, "evidence.json"), "{}");
  const done = await inRun(runId).upload(
    name,
    [join(root, "out", "model.onnx"), join(root, "evidence.json")],
    root,
  );
  if (done.kind === "refused") throw new Error(done.why);
  return done;
}
const into = () => join(folder.path, `${count}-into`);
async function isWhole(files: ReadonlyMap<string, string>) {
  expect([...files.keys()].sort()).toEqual(["evidence.json", "out/model.onnx"]);
  expect((await readFile(files.get("out/model.onnx") ?? "")).equals(BYTES)).toBe(true);
}

test("a later job of the run takes what an earlier one left, by name or by id, and needs no permission", async () => {
  const { id, digest } = await uploaded(1);
  const artifacts = inRun(1, "blind");
  await isWhole(await artifacts.download({ name: "candidate: census/income" }, into(), { digest }));
  await isWhole(await artifacts.download({ id }, `${into()}2`));
  expect((await readdir(folder.path)).filter((name) => name.endsWith(".zip"))).toEqual([]);
});

test("another run finds it by name, with who made it, and takes it through the API", async () => {
  await box.registerRun(2, { headSha: "a".repeat(40) });
  await box.registerRun(3, { headSha: "b".repeat(40), headOwner: "eve" });
  const first = await uploaded(2, "candidate-2");
  await uploaded(3, "candidate-2", randomBytes(10));
  const artifacts = inRun(4);
  const found = await artifacts.find("candidate-2");
  expect(found.map(({ run }) => [run.id, run.headSha])).toEqual([
    [3, "b".repeat(40)],
    [2, "a".repeat(40)],
  ]);
  expect(found[0]?.run.headRepositoryId).not.toBe(found[1]?.run.headRepositoryId);
  const [, ours] = found;
  if (ours === undefined) throw new Error("not found");
  expect(ours).toMatchObject({ id: first.id, digest: first.digest, expired: false });
  await isWhole(await artifacts.download(ours, into(), { digest: first.digest }));
  expect(await artifacts.find("candidate")).toEqual([]);
});

test("another's bytes under the right name are refused by their digest", async () => {
  await box.registerRun(5, {});
  await uploaded(5, "candidate-5");
  const artifacts = inRun(6);
  const [found] = await artifacts.find("candidate-5");
  if (found === undefined) throw new Error("not found");
  const digest = createHash("sha256").update("another").digest("hex");
  await expect(artifacts.download(found, into(), { digest })).rejects.toMatchObject({
    code: "artifact-differs",
  });
  await expect(artifacts.download({ ...found, digest }, into())).rejects.toMatchObject({
    code: "artifact-differs",
  });
  await expect(inRun(5).download({ id: found.id }, into(), { digest })).rejects.toMatchObject({
    code: "artifact-differs",
  });
  expect(await readdir(folder.path)).not.toContain(`${count}-into`);
});

test("what has expired, is not there, or may not be read is named", async () => {
  await box.registerRun(7, {});
  const { id } = await uploaded(7, "candidate-7");
  await box.expireArtifact(id);
  const artifacts = inRun(8);
  const [found] = await artifacts.find("candidate-7");
  if (found === undefined) throw new Error("not found");
  expect(found.expired).toBe(true);
  await expect(artifacts.download(found, into())).rejects.toMatchObject({ code: "artifact-missing" });
  await expect(artifacts.download({ ...found, expired: false }, into())).rejects.toMatchObject({
    code: "github-refused",
    message: expect.stringContaining("expired"),
  });
  await expect(artifacts.download({ name: "none" }, into())).rejects.toMatchObject({
    code: "artifact-missing",
  });
  await expect(inRun(8, "blind").find("candidate-7")).rejects.toMatchObject({
    code: "github-refused",
    message: expect.stringContaining("`actions: read`"),
  });
});

test("an archive that is none, or is too large, becomes no files", async () => {
  await box.registerRun(9, {});
  await uploaded(9, "candidate-9");
  const artifacts = inRun(10);
  const [found] = await artifacts.find("candidate-9");
  if (found === undefined) throw new Error("not found");
  const html = { kind: "body", body: "<html>".padEnd(found.size) } as const;
  await box.fault({ path: "/_blob/*", phase: "before", answer: html });
  await expect(artifacts.download({ ...found, digest: null }, into())).rejects.toMatchObject({
    code: "archive-refused",
  });
  await expect(artifacts.download({ ...found, size: 11 * 1024 ** 3 }, into())).rejects.toMatchObject({
    code: "artifact-missing",
  });
  expect(await readdir(folder.path)).not.toContain(`${count}-into`);
});
