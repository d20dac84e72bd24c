import {
  type Fault,
  gitRepository,
  personToken,
  push,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connect } from "./octokit.ts";
import { githubRefs } from "./refs.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ contents: "write" }),
  reader: workflowToken({ contents: "read" }),
};
const date = "2026-03-01T09:30:00Z";
const files = new Map([
  ["manifest.json", Buffer.from('{"model":"census-income"}\n')],
  ["Z.bin", Buffer.from([0, 255, 10])],
]);

let box: Awaited<ReturnType<typeof startGitHub>>;
let repository: Awaited<ReturnType<typeof gitRepository>>;
let count = 0;

beforeAll(async () => {
  box = await startGitHub({ tokens });
  repository = await gitRepository({ ".github/workflows/mlops.yml": "on: push\n" });
  await push(box, repository, { token: "ada" });
});
afterAll(async () => {
  await box.stop();
  await repository[Symbol.asyncDispose]();
});
beforeEach(async () => {
  count++;
  await box.clearFaults();
  await box.forgetRequests();
});

function as(token: keyof typeof tokens = "job", { paced = false, deadlineMs = 1_000 } = {}) {
  const octokit = connect({ token, baseUrl: box.apiUrl, deadlineMs, paced, wait: async () => {} });
  return githubRefs({ octokit, repo: { owner: box.owner, repo: box.repo } });
}
const sent = async (method: string) =>
  (await box.requests())
    .filter((request) => request.method === method)
    .map(({ path }) => path.split("/git/")[1]);
const inGit = (name: string) => repository.git.text(["ls-remote", box.gitDir, `refs/tags/${name}`]);

test("a record is the commit that Git makes of the same files; where it is, nothing is sent", async () => {
  const refs = as();
  const commit = await refs.writeRecord(files);
  const git = repository.git;
  const lines: string[] = [];
  for (const [name, bytes] of files)
    lines.push(
      `100644 blob ${await git.text(["hash-object", "-w", "--stdin"], { input: bytes })}\t${name}\n`,
    );
  const tree = await git.text(["mktree"], { input: lines.join("") });
  const env = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "mlops-actions"],
      [`GIT_${who}_EMAIL`, "mlops-actions@users.noreply.github.com"],
      [`GIT_${who}_DATE`, "@0 +0000"],
    ]),
  );
  expect(commit).toBe(await git.text(["commit-tree", tree], { input: "Record of a model version", env }));
  expect(await sent("POST")).toEqual(["blobs", "blobs", "trees", "commits"]);

  await box.forgetRequests();
  expect(await refs.writeRecord(files)).toBe(commit);
  expect(await sent("POST")).toEqual([]);
  expect(await refs.readRecord(commit)).toEqual(new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
});

test("what is no record of ours is not read", async () => {
  const refs = as();
  expect(await refs.readRecord(await repository.revision("main"))).toBeUndefined();
  const content = "x".repeat(1024 * 1024);
  await repository.commit(
    Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`${n}.txt`, `${n}${content}`])),
    {
      branch: "large",
    },
  );
  await repository.git.bytes(["rm", "--quiet", "-r", ".github"]);
  await repository.commit({});
  await push(box, repository, { token: "ada", branch: "large" });
  expect(await refs.readRecord(await repository.revision("large"))).toBeUndefined();
});

test("bytes that are not those of their digest are asked for again", async () => {
  const refs = as();
  const commit = await refs.writeRecord(files);
  const body = JSON.stringify({ encoding: "base64", content: Buffer.from("{}").toString("base64") });
  await box.fault({ path: "*/git/blobs/*", phase: "before", answer: { kind: "body", body } });
  expect(await refs.readRecord(commit)).toEqual(files);
  await box.fault({
    path: "*/git/blobs/*",
    times: "always",
    phase: "before",
    answer: { kind: "body", body },
  });
  await expect(refs.readRecord(commit)).rejects.toMatchObject({ code: "github-unreachable" });
});

const LOST: [string, (path: string) => Fault][] = [
  ["the connection is lost after it", (path) => ({ path, phase: "after-commit", answer: { kind: "drop" } })],
  ["502 after it", (path) => ({ path, phase: "after-commit", answer: { kind: "status", status: 502 } })],
  ["no answer within the deadline", (path) => ({ path, phase: "after-commit", answer: { kind: "silence" } })],
  ["an answer cut in its middle", (path) => ({ path, phase: "cut" })],
  ["half of the JSON", (path) => ({ path, phase: "truncated" })],
  ["nothing", (path) => ({ path, phase: "after-commit", answer: { kind: "body", body: "" } })],
  ["the connection is lost before it", (path) => ({ path, phase: "before", answer: { kind: "drop" } })],
  ["503 before it", (path) => ({ path, phase: "before", answer: { kind: "status", status: 503 } })],
];

test.each(LOST)("%s: the tag is there once, and ours", async (_, fault) => {
  const refs = as();
  const name = `m@v${count}.0.0`;
  const target = await refs.writeRecord(files);
  await box.fault({ ...fault("*/git/refs"), method: "POST" } as Fault);
  const { kind, tag } = await refs.create({ name, target, message: "mine", date });
  expect(kind).toBe("created");
  expect(await inGit(name)).toContain(tag.object);
  expect(await refs.read(name)).toEqual(tag);
});

test.each(LOST)("%s, at every write of a record and its tag: as without it", async (_, fault) => {
  const refs = as();
  const own = new Map([["manifest.json", Buffer.from(`${count}`)]]);
  for (const path of ["blobs", "trees", "commits", "tags"])
    await box.fault({ ...fault(`*/git/${path}`), method: "POST" } as Fault);
  const target = await refs.writeRecord(own);
  const made = await refs.create({ name: `m@v${count}.0.0`, target, message: "mine", date });
  expect(made.kind).toBe("created");
  expect(await refs.readRecord(made.tag.target)).toEqual(own);
});

test("lost, and meanwhile another's: the other's it is", async () => {
  const refs = as();
  const name = `m@v${count}.0.0`;
  const target = await refs.writeRecord(files);
  const theirs = await as("ada").create({ name, target, message: "theirs", date });
  await box.fault({ method: "POST", path: "*/git/refs", phase: "before", answer: { kind: "drop" } });
  expect(await refs.create({ name, target, message: "mine", date })).toEqual({
    kind: "exists",
    tag: theirs.tag,
  });
});

test("the same tag made twice is said to exist: whose it is its object says", async () => {
  const refs = as();
  const tag = { name: `m@v${count}.0.0`, target: await refs.writeRecord(files), message: "mine", date };
  const first = await refs.create(tag);
  expect(await refs.create(tag)).toEqual({ kind: "exists", tag: first.tag });
});

test("a refusal that is about something else is told, with the permission that is missing", async () => {
  const target = await as().writeRecord(files);
  const tag = { name: `m@v${count}.0.0`, target, message: "mine", date };
  await expect(as("reader").create(tag)).rejects.toMatchObject({
    code: "github-refused",
    message: expect.stringContaining("`contents: write`"),
  });
  const answer = { kind: "status", status: 422, message: "Reference update failed" } as const;
  await box.fault({ method: "POST", path: "*/git/refs", phase: "before", answer });
  await expect(as().create(tag)).rejects.toMatchObject({ code: "github-refused" });
  expect(await inGit(tag.name)).toBe("");
});

test("an outage that lasts ends in a sentence, not in a bug", async () => {
  const answer = { kind: "status", status: 503 } as const;
  await box.fault({ path: "/repos/*", times: "always", phase: "before", answer });
  await expect(as().list("m@")).rejects.toMatchObject({ code: "github-unreachable" });
  await expect(as().read("m@v1.0.0")).rejects.toMatchObject({ code: "github-unreachable" });
});

test("a secondary limit is waited for, and the tag is there once", async () => {
  const refs = as("job", { paced: true });
  const target = await as().writeRecord(files);
  const headers = { "retry-after": "1" };
  const message = "You have exceeded a secondary rate limit.";
  await box.fault({
    method: "POST",
    path: "*/git/refs",
    phase: "before",
    answer: { kind: "status", status: 403, message, headers },
  });
  expect((await refs.create({ name: `m@v${count}.0.0`, target, message: "mine", date })).kind).toBe(
    "created",
  );
});

test("five thousand tags are one question; those of a model that begins alike are not among them", async () => {
  const refs = as("job", { deadlineMs: 20_000 });
  const target = await refs.writeRecord(files);
  const text = (name: string) => `tag ${name}\nfrom ${target}\ntagger A <a@b> 1767225600 +0000\ndata 1\nx\n`;
  const names = Array.from({ length: 5_000 }, (_, n) => `many@v${n}.0.0`);
  await repository.git.bytes(["-C", box.gitDir, "fast-import", "--quiet"], {
    input: [...names, "many2@v1.0.0"].map(text).join(""),
  });
  await box.forgetRequests();
  expect((await refs.list("many@")).map(({ name }) => name).sort()).toEqual(names.sort());
  expect(await box.requests()).toHaveLength(1);
});
