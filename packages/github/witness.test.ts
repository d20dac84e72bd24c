import type { ClaimedRun, Tag } from "@mlops-actions/registry";
import { gitRepository, personToken, push, startGitHub, workflowToken } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "./octokit.ts";
import { githubWitness } from "./witness.ts";

const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ contents: "read", actions: "read" }),
  blind: workflowToken({ contents: "read" }),
};
const tag: Tag = {
  name: "m@v1.0.0",
  object: "0".repeat(40),
  target: "0".repeat(40),
  message: "",
  tagger: { name: "a", email: "a@b", date: "2026-03-01T09:30:00Z" },
};

let box: Awaited<ReturnType<typeof startGitHub>>;
let repositoryId: number;
let commits: { old: string; main: string; foreign: string };
let runId = 1_000;

beforeAll(async () => {
  box = await startGitHub({ tokens, forks: ["eve"], private: true });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  const old = await repository.revision();
  const main = await repository.commit({ "a.txt": "2\n" });
  await push(box, repository, { token: "ada" });
  const foreign = await repository.commit({ "a.txt": "3\n" }, { branch: "side" });
  await push(box, repository, { token: "ada", branch: "side" });
  commits = { old, main, foreign };
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}`, {
    headers: { authorization: "Bearer ada" },
  });
  repositoryId = ((await answer.json()) as { id: number }).id;
});
afterAll(() => box.stop());

function as(token: keyof typeof tokens = "job", workflows?: string[]) {
  const octokit = connect({ token, baseUrl: box.apiUrl, wait: async () => {} });
  return githubWitness({ octokit, repo: { owner: box.owner, repo: box.repo }, workflows });
}
async function examined(
  run: Parameters<typeof box.registerRun>[1],
  claim: Partial<ClaimedRun> = {},
  workflows?: string[],
) {
  runId++;
  await box.registerRun(runId, {
    event: "push",
    headBranch: "main",
    headSha: commits.main,
    path: ".github/workflows/release.yml",
    attempt: 2,
    ...run,
  });
  const claimed = { repositoryId, runId, attempt: 1, ...claim };
  const found = await as("job", workflows).examine(tag, claimed);
  return found.kind === "vouched" ? "vouched" : found.why;
}

test("a run of the default branch vouches, while it is running and afterwards, for old commits too", async () => {
  expect(await examined({})).toBe("vouched");
  expect(await examined({ status: "completed", conclusion: "failure", event: "workflow_dispatch" })).toBe(
    "vouched",
  );
  expect(await examined({ headSha: commits.old, event: "schedule" })).toBe("vouched");
  expect(
    await examined({ path: ".github/workflows/release.yml@main" }, {}, [".github/workflows/release.yml"]),
  ).toBe("vouched");
});

test("everything else is doubted, and says why", async () => {
  const { foreign } = commits;
  expect(await examined({ event: "pull_request" })).toContain("`pull_request`");
  expect(await examined({ event: "pull_request_target", headOwner: "eve" })).toContain("another repository");
  expect(await examined({ headBranch: "side", headSha: foreign })).toContain("not on `main`");
  expect(await examined({ headOwner: "eve" })).toContain("another repository");
  expect(await examined({}, { attempt: 3 })).toContain("no attempt 3");
  expect(await examined({}, { repositoryId: 7 })).toContain("repository 7");
  expect(await examined({}, { runId: 5 })).toBe("GitHub has no run 5");
  expect(
    await examined({ path: ".github/workflows/x.yml" }, {}, [".github/workflows/release.yml"]),
  ).toContain("x.yml");
  expect(await as().examine(tag, undefined)).toMatchObject({ kind: "doubted" });
});

test("a tag that is called like the branch does not make its run the branch's", async () => {
  expect(await examined({ headSha: commits.foreign })).toContain("which is not on `main`");
  expect(await examined({ headSha: "0".repeat(40) })).toContain("which is not on `main`");
});

test("whoever may not read runs is told so instead of doubting everything", async () => {
  await expect(as("blind").examine(tag, { repositoryId, runId: runId, attempt: 1 })).rejects.toMatchObject({
    code: "github-refused",
    message: expect.stringContaining("`actions: read`"),
  });
});

test("one run that wrote many tags is asked for once", async () => {
  await box.registerRun(1, { event: "push", headBranch: "main", headSha: commits.main });
  const witness = as();
  await box.forgetRequests();
  for (let n = 0; n < 5; n++) await witness.examine(tag, { repositoryId, runId: 1, attempt: 1 });
  expect(await box.requests()).toHaveLength(3);
});

test("an attempt is over when it has completed, has a successor, or when GitHub has forgotten its run", async () => {
  await box.registerRun(2, { status: "in_progress", attempt: 2 });
  await box.registerRun(3, { status: "completed" });
  const isOver = (runId: number, attempt = 1, of = repositoryId) =>
    as().isRunOver({ repositoryId: of, runId, attempt });
  expect([await isOver(2, 2), await isOver(2, 1), await isOver(3), await isOver(4)]).toEqual([
    false,
    true,
    true,
    true,
  ]);
  expect(await isOver(3, 1, 7)).toBe(false);
});
