import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  type Fault,
  gitRepository,
  personToken,
  push,
  startGitHub,
  temporaryFolder,
  workflowToken,
} from "@mlops-actions/testkit";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { assetOf } from "./asset.ts";
import { uploadTarget } from "./asset-upload.ts";
import { connect } from "./octokit.ts";
import { githubReleases } from "./releases.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ contents: "write" }),
  reader: workflowToken({ contents: "read" }),
};
const BYTES = randomBytes(3_000_000);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

let box: Awaited<ReturnType<typeof startGitHub>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let count = 0;
let tag = "";
let file = { name: "", path: "", size: 0 };

beforeAll(async () => {
  box = await startGitHub({ tokens });
  folder = await temporaryFolder("releases");
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  file = await written("model.onnx", BYTES);
});
afterAll(async () => {
  await box.stop();
  await folder[Symbol.asyncDispose]();
});
beforeEach(async () => {
  count++;
  tag = `m@v${count}.0.0`;
  await box.clearFaults();
  await box.forgetRequests();
});

function as(token: keyof typeof tokens = "job") {
  const octokit = connect({
    token,
    baseUrl: box.apiUrl,
    deadlineMs: 2_000,
    wait: async () => {},
  });
  return githubReleases({ octokit, repo: { owner: box.owner, repo: box.repo } });
}
async function written(name: string, bytes: Uint8Array) {
  const path = join(folder.path, `${count}-${name}`);
  await writeFile(path, bytes);
  return { name, path, size: bytes.length };
}
const drafted = () => as().draft({ tag, title: tag, body: `a version\n\n<!-- ${tag} -->` });
const ofTag = async () => (await as().list()).filter((release) => release.tag === tag);
const sent = async (method: string, path: RegExp) =>
  (await box.requests()).filter((request) => request.method === method && path.test(request.path)).length;

const LOST: [string, (path: string) => Fault][] = [
  ["the connection is lost after it", (path) => ({ path, phase: "after-commit", answer: { kind: "drop" } })],
  ["502 after it", (path) => ({ path, phase: "after-commit", answer: { kind: "status", status: 502 } })],
  ["an answer cut in its middle", (path) => ({ path, phase: "cut" })],
  ["half of the JSON", (path) => ({ path, phase: "truncated" })],
  ["a page", (path) => ({ path, phase: "after-commit", answer: { kind: "body", body: "<html>" } })],
  ["the connection is lost before it", (path) => ({ path, phase: "before", answer: { kind: "drop" } })],
  ["503 before it", (path) => ({ path, phase: "before", answer: { kind: "status", status: 503 } })],
];

test.each(LOST)("%s: one draft", async (_, fault) => {
  await box.fault({ ...fault("/repos/*/releases"), method: "POST" } as Fault);
  const draft = await drafted();
  expect(await ofTag()).toEqual([draft]);
});

test("a list that lags behind the lost answer: one draft", async () => {
  const path = "/repos/*/releases";
  await box.fault({ method: "POST", path, phase: "after-commit", answer: { kind: "drop" } });
  await box.fault({ method: "GET", path, times: 2, phase: "stale", milliseconds: 60_000 });
  const draft = await drafted();
  expect(await ofTag()).toEqual([draft]);
});

test.each(LOST)("%s: the file is there once, with our bytes", async (_, fault) => {
  const draft = await drafted();
  await box.fault({ ...fault("/uploads/*"), method: "POST" } as Fault);
  const asset = await as().upload(draft.id, file);
  expect(asset).toMatchObject({ name: "model.onnx", size: BYTES.length, sha256: SHA256, state: "uploaded" });
  expect((await as().get(draft.id))?.assets).toEqual([asset]);
});

test.each([
  ["its first byte", 0],
  ["half of it", BYTES.length >> 1],
  ["its last byte", BYTES.length - 1],
])("an upload that breaks off at %s is sent again, over what it left", async (_, bytes) => {
  const draft = await drafted();
  const answer = { kind: "status", status: 502 } as const;
  const cut = { path: "/uploads/*", phase: "upload-cut", bytes } as const;
  await box.fault({ ...cut, leaves: "starter" });
  await box.fault({ ...cut, ordinal: 2, leaves: "starter", answer });
  expect(await as().upload(draft.id, file)).toMatchObject({ sha256: SHA256, state: "uploaded" });
  expect((await as().get(draft.id))?.assets).toHaveLength(1);
  expect(await sent("POST", /^\/uploads/)).toBe(3);
  expect(await sent("DELETE", /assets/)).toBe(2);
});

test("a file that is there already is done; other bytes of its name are left alone", async () => {
  const draft = await drafted();
  const first = await as().upload(draft.id, file);
  expect(await as().upload(draft.id, file)).toEqual(first);
  await expect(as().upload(draft.id, await written("model.onnx", randomBytes(5)))).rejects.toMatchObject({
    code: "asset-taken",
  });
  expect((await as().get(draft.id))?.assets).toEqual([first]);
});

test("what GitHub cannot take is refused before it is sent", async () => {
  const draft = await drafted();
  await box.forgetRequests();
  await expect(as().upload(draft.id, await written("empty.txt", Buffer.of()))).rejects.toMatchObject({
    code: "asset-empty",
  });
  await expect(as().upload(draft.id, { ...file, size: 2 ** 31 })).rejects.toMatchObject({
    code: "asset-too-large",
  });
  await expect(as().upload(draft.id, { ...file, size: 7 })).rejects.toMatchObject({ code: "file-changed" });
  expect(await sent("POST", /./)).toBe(0);
});

test.each(LOST)("%s: published, once", async (_, fault) => {
  const draft = await drafted();
  await box.fault({ ...fault(`/repos/*/releases/${draft.id}`), method: "PATCH" } as Fault);
  const published = await as().publish(draft.id);
  expect(published).toMatchObject({ id: draft.id, draft: false });
  expect(await as("reader").ofTag(tag)).toEqual(published);
});

test("publishing does not make a version the repository's latest release", async () => {
  await as().publish((await drafted()).id);
  const latest = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}/releases/latest`);
  expect(latest.status).toBe(404);
});

test.each(LOST)("%s: the draft has its new tag, and is removed", async (_, fault) => {
  const draft = await drafted();
  await box.fault({ ...fault(`/repos/*/releases/${draft.id}`), method: "PATCH" } as Fault);
  const to = { tag: `${tag}1`, title: "other", body: "other body" };
  expect(await as().rename(draft.id, to)).toMatchObject({ ...to, draft: true });
  await box.fault({ ...fault(`/repos/*/releases/${draft.id}`), method: "DELETE" } as Fault);
  await as().remove(draft.id);
  expect(await as().get(draft.id)).toBeUndefined();
});

test("a published release is not removed", async () => {
  const { id } = await as().publish((await drafted()).id);
  await expect(as().remove(id)).rejects.toThrow("is published");
  expect(await as().get(id)).toBeDefined();
});

test("drafts are for those who may write", async () => {
  const draft = await drafted();
  expect(await as("reader").get(draft.id)).toBeUndefined();
  expect((await as("reader").list()).map(({ id }) => id)).not.toContain(draft.id);
  await expect(as("reader").draft({ tag, title: "", body: "" })).rejects.toMatchObject({
    code: "github-refused",
    message: expect.stringContaining("`contents: write`"),
  });
});

test("a download that breaks off is begun again; one that has too much leaves nothing behind", async () => {
  const draft = await drafted();
  const asset = await as().upload(draft.id, file);
  const into = join(folder.path, `${count}-down`);
  await box.fault({ path: "/_blob/*", phase: "cut" });
  await box.fault({ path: "/_blob/*", ordinal: 2, phase: "truncated" });
  await box.fault({ path: "/_blob/*", ordinal: 3, phase: "before", answer: { kind: "status", status: 403 } });
  await as().download(asset, into);
  expect((await readFile(into)).equals(BYTES)).toBe(true);
  const less = join(folder.path, `${count}-less`);
  await expect(as().download({ ...asset, size: 1_000 }, less)).rejects.toMatchObject({
    code: "github-unreachable",
  });
  expect(await readdir(folder.path)).not.toContain(`${count}-less`);
});

test("the token stays with GitHub: where the bytes lie, nobody sees it", async () => {
  const seen: IncomingMessage[] = [];
  const origin = async (answer: (request: IncomingMessage) => { status: number; location?: string }) => {
    const server = createServer((request, response) => {
      seen.push(request);
      const { status, location } = answer(request);
      response
        .writeHead(status, location === undefined ? {} : { location })
        .end(status === 200 ? "bytes" : "");
    }).listen(0, "127.0.0.1");
    await new Promise((ready) => server.once("listening", ready));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const storage = await origin(() => ({ status: 200 }));
  const api = await origin(() => ({ status: 302, location: `${storage}/asset?sig=1` }));
  const octokit = connect({ token: "secret-token", baseUrl: api, wait: async () => {} });
  const into = join(folder.path, `${count}-down`);
  const asset = { id: "1", name: "a", size: 5, sha256: null, state: "uploaded" } as const;
  await githubReleases({ octokit, repo: { owner: "a", repo: "b" } }).download(asset, into);
  expect(await readFile(into, "utf8")).toBe("bytes");
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(["token secret-token", undefined]);
});

test.each([
  ["https://api.github.com", "https://uploads.github.com/repos/a/b/releases/1/assets{?name,label}", true],
  [
    "https://git.acme.org/api/v3",
    "https://git.acme.org/api/uploads/repos/a/b/releases/1/assets{?name,label}",
    true,
  ],
  ["https://api.acme.ghe.com", "https://uploads.acme.ghe.com/repos/a/b/releases/1/assets", true],
  ["http://127.0.0.1:3000", "http://127.0.0.1:3000/uploads/1/assets{?name,label}", true],
  ["http://127.0.0.1:3000", "http://127.0.0.1:3001/uploads/1/assets{?name,label}", false],
  ["https://api.github.com", "http://uploads.github.com/repos/a/b/releases/1/assets", false],
  ["https://api.github.com", "https://uploads.github.com.evil.org/assets", false],
  ["https://api.github.com", "https://uploads.github.com@evil.org/assets", false],
  ["https://api.github.com", "https://me:x@uploads.github.com/assets", false],
  ["http://git.acme.org/api/v3", "http://git.acme.org/api/uploads/assets", false],
  ["https://api.github.com", "uploads", false],
])("of an API at %s the uploads may go to %s: %s", (api, template, may) => {
  const target = () => uploadTarget(template, "a b&c.onnx", api);
  if (may) expect(target()).toBe(`${template.replace(/\{.*/, "")}?name=a+b%26c.onnx`);
  else expect(target).toThrow(expect.objectContaining({ code: "upload-refused" }));
});

test("a server that computes no digest says none, and what is not wholly there counts as broken off", () => {
  const asset = { id: 1, name: "a", size: 1, state: "uploaded" };
  expect(assetOf({ ...asset, digest: null }).sha256).toBeNull();
  expect(assetOf(asset).sha256).toBeNull();
  expect(assetOf({ ...asset, digest: `sha256:${SHA256}` }).sha256).toBe(SHA256);
  expect(assetOf({ ...asset, digest: "sha512:00" }).sha256).toBeNull();
  expect(["starter", "open", "new"].map((state) => assetOf({ ...asset, state }).state)).toEqual(
    Array(3).fill("starter"),
  );
});
