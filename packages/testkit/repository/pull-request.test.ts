import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startGitHub } from "../github/start.ts";
import { client, tokens } from "../octokit.ts";
import { checkout, checkoutMerge } from "./checkout.ts";
import { gitRepository } from "./git-repository.ts";
import { mergePullRequest, openPullRequest, push, pushEvent, readPullRequest } from "./pull-request.ts";

const BEGIN = {
  "a.txt": "1\n2\n3\n",
  "old name.txt": "the same\nfor long\nenough\n",
  "gone.txt": "x\n",
  "b.bin": new Uint8Array([0, 1, 2]),
};

test("a pull request that is merged moves its base, and the commit knows where it came from", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository(BEGIN);
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "changed\n" }, { branch: "change" });
  const pull = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  const sha = await mergePullRequest(box, { token: "ada", number: pull.number });
  await using workspace = await checkout(box, { ref: "refs/heads/main" });
  expect(workspace.sha).toBe(sha);
  expect(await readFile(join(workspace.path, "a.txt"), "utf8")).toBe("changed\n");
  const { octokit, repo } = client(box, "ada");
  const { data: of } = await octokit.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: sha });
  expect(of.map(({ number, merged_at, head }) => [number, merged_at !== null, head.sha])).toEqual([
    [pull.number, true, pull.head.sha],
  ]);
  await expect(mergePullRequest(box, { token: "ada", number: pull.number })).rejects.toThrow("405");
  const { payload } = await pushEvent(box, { token: "ada", sha });
  expect(payload).toMatchObject({ ref: "refs/heads/main", after: sha, repository: { name: box.repo } });
});

test("a pull request is what Git says: files, merge, event, workspace", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository(BEGIN);
  await push(box, repository, { token: "ada" });
  const change = {
    "a.txt": "1\ntwo\n3\n",
    "old name.txt": null,
    "new name.txt": BEGIN["old name.txt"],
    "gone.txt": null,
    "b.bin": new Uint8Array([0, 9]),
  };
  const head = await repository.commit(change, { branch: "change" });
  // The base moves on; the pull request is about what the branch changed.
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  const base = await repository.commit({ "c.txt": "on main\n" });
  await push(box, repository, { token: "ada" });
  const pull = await openPullRequest(box, repository, {
    token: "ada",
    branch: "change",
    title: "Change",
    body: "why",
  });

  expect(pull).toMatchObject({
    number: 1,
    base: { ref: "main", sha: base },
    head: { ref: "change", sha: head },
    event: {
      action: "opened",
      number: 1,
      pull_request: {
        number: 1,
        title: "Change",
        base: { sha: base },
        head: { sha: head, repo: { full_name: "acme/models" } },
      },
      repository: { full_name: "acme/models", default_branch: "main" },
      sender: { login: "ada" },
    },
  });
  const { octokit, repo } = client(box, "reader");
  const { data: files } = await octokit.pulls.listFiles({ ...repo, pull_number: 1 });
  expect(
    files.map(({ filename, status, additions, deletions, previous_filename }) => [
      filename,
      status,
      additions,
      deletions,
      previous_filename,
    ]),
  ).toEqual([
    ["a.txt", "modified", 1, 1, undefined],
    ["b.bin", "modified", 0, 0, undefined],
    ["gone.txt", "removed", 0, 1, undefined],
    ["new name.txt", "renamed", 0, 0, "old name.txt"],
  ]);
  expect(files[0]?.patch).toBe("@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3");
  expect((await octokit.pulls.get({ ...repo, pull_number: 1 })).data).toMatchObject({
    changed_files: 4,
    commits: 1,
    mergeable: true,
  });

  await using workspace = await checkoutMerge(box, pull);
  const git = (args: string[]) => repository.git.text(["-C", workspace.path, ...args]);
  expect(workspace.sha).toBe(pull.merge);
  expect(await readFile(join(workspace.path, "a.txt"), "utf8")).toBe("1\ntwo\n3\n");
  expect(existsSync(join(workspace.path, "c.txt"))).toBe(true);
  expect(await git(["rev-list", "--count", "HEAD"])).toBe("1");
  expect(await git(["branch", "--show-current"])).toBe("");
  expect(await readFile(join(workspace.path, ".git/config"), "utf8")).not.toMatch(
    /authorization|extraheader/i,
  );
  await using whole = await checkoutMerge(box, pull, { depth: 0 });
  expect(await repository.git.text(["-C", whole.path, "log", "-1", "--format=%P"])).toBe(`${base} ${head}`);
});

test("it follows its branches, and says when they conflict", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "change" });
  const pull = await openPullRequest(box, repository, { token: "ada", branch: "change" });
  const head = await repository.commit({ "a.txt": "3\n" }, { branch: "change" });
  await push(box, repository, { token: "ada", branch: "change" });
  const moved = await readPullRequest(box, { token: "ada", number: pull.number });
  expect(moved).toMatchObject({ head: { sha: head }, event: { action: "synchronize" } });
  expect(moved.merge).not.toBe(pull.merge);
  await repository.git.bytes(["checkout", "--quiet", "main"]);
  await repository.commit({ "a.txt": "4\n" });
  await push(box, repository, { token: "ada" });
  expect((await readPullRequest(box, { token: "ada", number: pull.number })).merge).toBeNull();
});

test("a fork's pull request names the fork's repository", async () => {
  await using box = await startGitHub({ tokens, forks: ["eve"] });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "theirs" });
  const pull = await openPullRequest(box, repository, { token: "ada", branch: "theirs", fork: "eve" });
  const { head, base } = pull.event.pull_request as Record<
    "head" | "base",
    { label: string; repo: { id: number; fork: boolean } }
  >;
  expect(head).toMatchObject({ label: "eve:theirs", repo: { fork: true, full_name: "eve/models" } });
  expect(head.repo.id).not.toBe(base.repo.id);
  await using workspace = await checkoutMerge(box, pull);
  expect(await readFile(join(workspace.path, "a.txt"), "utf8")).toBe("2\n");
});

test("the same files make the same commits", async () => {
  await using one = await gitRepository({ "a.txt": "1\n" });
  await using two = await gitRepository({ "a.txt": "1\n" });
  expect(await one.revision()).toBe(await two.revision());
});

test("everything goes away with its owner", async () => {
  const places: string[] = [];
  {
    await using box = await startGitHub({ tokens });
    await using repository = await gitRepository({ "a.txt": "1\n" });
    places.push(box.gitDir, repository.path);
    expect(places.map((place) => existsSync(place))).toEqual([true, true]);
  }
  expect(places.map((place) => existsSync(place))).toEqual([false, false]);
});
