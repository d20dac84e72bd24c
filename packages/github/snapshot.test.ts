import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type GitHubBox,
  gitRepository,
  personToken,
  push,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connect } from "./octokit.ts";
import { githubSnapshot } from "./snapshot.ts";

const tokens = { ada: personToken("acme"), job: workflowToken({ contents: "read" }) };
const bytes = Buffer.from([0, 255, 10, 13, 128]);
const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";

let box: GitHubBox;
let base: string;
let into: string;

beforeAll(async () => {
  box = await startGitHub({ tokens });
  into = await mkdtemp(join(tmpdir(), "snapshot-"));
  await using repository = await gitRepository({
    "mlops.yml": "model: base",
    "data/test.parquet": bytes,
    "data/deep/more.csv": "a\n1\n",
    "data/large.csv": pointer,
  });
  await repository.git.bytes([
    "update-index",
    "--add",
    "--cacheinfo",
    `120000,${await linkTo(repository.git)},data/link.csv`,
  ]);
  await repository.git.bytes([
    "-c",
    "user.name=Ada",
    "-c",
    "user.email=a@example.org",
    "commit",
    "--quiet",
    "-m",
    "Link",
  ]);
  base = await repository.revision();
  await repository.git.bytes(["reset", "--quiet", "--hard"]);
  await repository.commit({ "mlops.yml": "model: changed" });
  await push(box, repository, { token: "ada" });
});
afterAll(async () => {
  await box.stop();
  await rm(into, { recursive: true });
});
beforeEach(() => box.clearFaults());

async function linkTo(git: {
  text(args: string[], options: { input: string }): Promise<string>;
}): Promise<string> {
  return git.text(["hash-object", "-w", "--stdin"], { input: "/etc/passwd" });
}
function snapshot(commit = base) {
  const octokit = connect({ token: "job", baseUrl: box.apiUrl, wait: async () => {} });
  return githubSnapshot({ octokit, repo: { owner: box.owner, repo: box.repo }, commit, into });
}

test("a commit that is not on this machine is read as it was", async () => {
  const files = snapshot();
  expect(Buffer.from((await files.read("mlops.yml")) ?? "").toString()).toBe("model: base");
  expect(await files.read("data/test.parquet")).toEqual(bytes);
  expect(await files.read("data/nothing.csv")).toBeUndefined();
  expect(await files.list("data/**/*.csv")).toEqual([
    "data/deep/more.csv",
    "data/large.csv",
    "data/link.csv",
  ]);
});

test("a reader that needs a file gets one with the same name", async () => {
  const path = (await snapshot().materialise("data/test.parquet")) ?? "";
  expect(path).toMatch(/test\.parquet$/);
  expect(await readFile(path)).toEqual(bytes);
  expect(await snapshot().materialise("data/nothing.csv")).toBeUndefined();
});

test("an LFS pointer is not data", async () => {
  await expect(snapshot().read("data/large.csv")).rejects.toMatchObject({
    code: "lfs-pointer",
    remedy: expect.stringContaining("lfs: true"),
  });
});

test("a link is not followed", async () => {
  await expect(snapshot().read("data/link.csv")).rejects.toMatchObject({ code: "path-refused" });
});

test("a commit that GitHub does not have says how to get it", async () => {
  await expect(snapshot("0".repeat(40)).list("**")).rejects.toMatchObject({
    code: "commit-unavailable",
    remedy: expect.stringContaining("fetch-depth: 0"),
  });
});

test.each([
  ["cut", { phase: "cut" }],
  ["half", { phase: "truncated" }],
  ["a 502", { phase: "before", answer: { kind: "status", status: 502 } }],
] as const)("an answer that is %s once is asked for again", async (_, fault) => {
  await box.fault({ method: "GET", path: "*/git/blobs/*", ...fault });
  expect(await snapshot().read("data/test.parquet")).toEqual(bytes);
});

test("bytes that are not those of the commit are never used", async () => {
  const forged = { content: Buffer.from("other").toString("base64"), encoding: "base64" };
  await box.fault({
    path: "*/git/blobs/*",
    times: "always",
    phase: "before",
    answer: { kind: "body", body: JSON.stringify(forged), contentType: "application/json" },
  });
  await expect(snapshot().read("mlops.yml")).rejects.toMatchObject({ code: "commit-unavailable" });
});
