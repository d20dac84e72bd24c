import { expect, test } from "vitest";
import { client, tokens } from "../octokit.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { openPullRequest, push } from "../repository/pull-request.ts";
import { type Fault, Faults } from "./fault.ts";
import { startGitHub } from "./start.ts";

test("a fault meets the requests that it names, counted for itself", () => {
  const faults = new Faults();
  const drop = { kind: "drop" } as const;
  faults.add({ method: "POST", path: "*/comments", ordinal: 2, times: 2, phase: "before", answer: drop });
  faults.add({ path: "*/comments/1", phase: "delay", milliseconds: 1 });
  const met = (method: string, path: string) => faults.meet(method, path)?.phase;
  expect([1, 2, 3, 4].map(() => met("POST", "/repos/a/b/issues/1/comments"))).toEqual([
    undefined,
    "before",
    "before",
    undefined,
  ]);
  expect(met("GET", "/repos/a/b/issues/1/comments")).toBeUndefined();
  expect(met("GET", "/repos/a/b/issues/comments/1")).toBe("delay");
  faults.add({ path: "/a.b", phase: "cut", times: "always" });
  expect([met("GET", "/axb"), met("GET", "/a.b"), met("GET", "/a.b")]).toEqual([undefined, "cut", "cut"]);
  faults.clear();
  expect(met("GET", "/a.b")).toBeUndefined();
});

/** A box with one pull request, and what one comment becomes there under a fault. */
async function commenting(fault?: Fault) {
  const box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "change" });
  const { number } = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  await box.forgetRequests();
  if (fault !== undefined) await box.fault(fault);
  const url = `${box.apiUrl}/repos/acme/models/issues/${number}/comments`;
  const say = (signal?: AbortSignal) =>
    fetch(url, {
      method: "POST",
      headers: { authorization: "Bearer job" },
      body: '{"body":"x"}',
      signal: signal ?? null,
    });
  const kept = async () => ((await (await fetch(url)).json()) as unknown[]).length;
  const journal = async () =>
    (await box.requests()).map(({ method, status, fault, login }) => [method, status, fault, login]);
  return { box, say, kept, journal };
}
const path = "/repos/*/comments";
const method = "POST";
const bot = "github-actions[bot]";

test("before: refused without being carried out, once", async () => {
  const answer = {
    kind: "status",
    status: 502,
    message: "Bad Gateway",
    headers: { "retry-after": "3" },
  } as const;
  const { box, say, kept, journal } = await commenting({ method, path, phase: "before", answer });
  await using _ = box;
  const first = await say();
  expect([first.status, first.headers.get("retry-after")]).toEqual([502, "3"]);
  expect(await kept()).toBe(0);
  expect((await say()).status).toBe(201);
  expect(await kept()).toBe(1);
  expect(await journal()).toEqual([
    ["POST", 502, "before", bot],
    ["GET", 200, null, null],
    ["POST", 201, null, bot],
    ["GET", 200, null, null],
  ]);
});

test("after-commit: carried out, and the caller does not learn it", async () => {
  const { box, say, kept, journal } = await commenting({
    method,
    path,
    phase: "after-commit",
    answer: { kind: "drop" },
  });
  await using _ = box;
  await expect(say()).rejects.toThrow("fetch failed");
  expect(await kept()).toBe(1);
  expect((await journal())[0]).toEqual(["POST", 0, "after-commit", bot]);
  await box.fault({ method, path, phase: "after-commit", answer: { kind: "status", status: 503 } });
  expect((await say()).status).toBe(503);
  expect(await kept()).toBe(2);
});

test("cut: the answer promises more than it brings, and Octokit takes that for a success", async () => {
  const { box, say, kept } = await commenting({ method, path, phase: "cut", bytes: 20 });
  await using _ = box;
  const answer = await say();
  expect(answer.status).toBe(201);
  await expect(answer.text()).rejects.toThrow("terminated");
  expect(await kept()).toBe(1);
  await box.fault({ method: "GET", path: "/repos/acme/models", phase: "cut" });
  const { octokit, repo } = client(box, "job");
  expect(await octokit.repos.get(repo)).toMatchObject({ status: 200, data: "" });
});

test("truncated: a whole answer with half of its JSON", async () => {
  const { box, say, kept } = await commenting({ method, path, phase: "truncated", bytes: 30 });
  await using _ = box;
  const answer = await say();
  const text = await answer.text();
  expect([answer.status, text.length]).toEqual([201, 30]);
  expect(() => JSON.parse(text)).toThrow();
  expect(await kept()).toBe(1);
});

test("body: a success that is something else", async () => {
  const answer = { kind: "body", body: "<html>oops</html>", contentType: "text/html" } as const;
  const { box, say, kept } = await commenting({ method, path, phase: "before", answer });
  await using _ = box;
  const response = await say();
  expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
    200,
    "text/html",
    "<html>oops</html>",
  ]);
  expect(await kept()).toBe(0);
});

test("silence: only the caller's own deadline ends it", async () => {
  const { box, say, kept } = await commenting({
    method,
    path,
    phase: "after-commit",
    answer: { kind: "silence" },
  });
  await using _ = box;
  await expect(say(AbortSignal.timeout(300))).rejects.toThrow(/timeout/);
  expect(await kept()).toBe(1);
});

test("delay and trickle: late and slow, but whole", async () => {
  const { box, say, kept } = await commenting({ method, path, phase: "delay", milliseconds: 50 });
  await using _ = box;
  const begun = performance.now();
  expect(((await (await say()).json()) as { body: string }).body).toBe("x");
  expect(performance.now() - begun).toBeGreaterThanOrEqual(49);
  await box.fault({ path: "/repos/acme/models/git/ref/heads/main", phase: "trickle", milliseconds: 1 });
  const slow = await fetch(`${box.apiUrl}/repos/acme/models/git/ref/heads/main`);
  expect(await slow.json()).toMatchObject({ ref: "refs/heads/main" });
  expect(await kept()).toBe(1);
});

test("upload-cut: the bytes stop on their way up, and nothing is kept", async () => {
  const { box } = await commenting();
  await using _ = box;
  const { octokit, repo } = client(box, "job");
  const { data: release } = await octokit.repos.createRelease({ ...repo, tag_name: "v1", draft: true });
  await box.fault({ path: "/uploads/*", phase: "upload-cut", bytes: 100_000 });
  const url = release.upload_url.replace(/\{.*/, "?name=model.onnx");
  const upload = () =>
    fetch(url, { method: "POST", headers: { authorization: "Bearer job" }, body: new Uint8Array(5_000_000) });
  await expect(upload()).rejects.toThrow("fetch failed");
  expect((await octokit.repos.listReleaseAssets({ ...repo, release_id: release.id })).data).toEqual([]);
  expect((await upload()).status).toBe(201);
});

test("faults are taken back", async () => {
  const { box, say } = await commenting({ path, times: "always", phase: "before", answer: { kind: "drop" } });
  await using _ = box;
  await expect(say()).rejects.toThrow();
  await box.clearFaults();
  expect((await say()).status).toBe(201);
});

test("faults given at the start meet the first request", async () => {
  const answer = { kind: "status", status: 401, message: "Bad credentials" } as const;
  await using box = await startGitHub({ tokens, faults: [{ path: "/user", phase: "before", answer }] });
  const ask = () => fetch(`${box.apiUrl}/user`, { headers: { authorization: "Bearer ada" } });
  expect([(await ask()).status, (await ask()).status]).toEqual([401, 200]);
});
