import { expect, test } from "vitest";
import { tokens } from "../octokit.ts";
import { checkout } from "../repository/checkout.ts";
import { gitRepository } from "../repository/git-repository.ts";
import { credentials, gitUrl, push } from "../repository/pull-request.ts";
import { startGitHub } from "./start.ts";

test("what is pushed is cloned, with its tags", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  // More than one buffer of a pipe.
  const large = "0123456789abcdef\n".repeat(200_000);
  await repository.commit({ "large.txt": large });
  await repository.git.bytes(["tag", "-a", "v1", "-m", "first"], {
    env: { GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
  });
  await repository.git.bytes([...credentials("ada"), "push", "--quiet", box.gitUrl, "main", "v1"]);
  await using clone = await gitRepository({});
  await clone.git.bytes(["fetch", "--quiet", "--tags", box.gitUrl, "main:refs/remotes/origin/main"]);
  expect(await clone.revision("v1")).toBe(await repository.revision());
  expect((await clone.git.bytes(["show", "v1:large.txt"])).toString()).toBe(large);
});

test("nobody pushes without a token that may write, nor reads what is private", async () => {
  await using box = await startGitHub({ tokens, private: true });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  const pushed = (token: string) => push(box, repository, { token });
  // Git asks for another name when its token is refused.
  await expect(pushed("made up")).rejects.toThrow(/could not read Username/);
  await expect(pushed("reader")).rejects.toThrow(/403/);
  await expect(repository.git.bytes(["push", "--quiet", box.gitUrl, "main"])).rejects.toThrow(
    /could not read Username/,
  );
  await pushed("ada");
  await expect(checkout(box, { ref: "refs/heads/main" })).rejects.toThrow(/could not read Username/);
  await using workspace = await checkout(box, { ref: "refs/heads/main", token: "reader" });
  expect(workspace.sha).toBe(await repository.revision());
});

test("of two pushes of one tag, one wins", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  const revisions = [
    await repository.commit({ "a.txt": "2\n" }),
    await repository.commit({ "a.txt": "3\n" }),
  ];
  const results = await Promise.allSettled(
    revisions.map((sha) =>
      repository.git.bytes([...credentials("ada"), "push", "--quiet", box.gitUrl, `${sha}:refs/tags/v1`]),
    ),
  );
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("a workflow does not push workflow files that no branch has", async () => {
  await using box = await startGitHub({ tokens });
  await using repository = await gitRepository({ ".github/workflows/ci.yml": "on: push\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "1\n" }, { branch: "harmless" });
  await push(box, repository, { token: "job", branch: "harmless" });
  await repository.commit({ ".github/workflows/ci.yml": "on: [push, pull_request]\n" }, { branch: "evil" });
  await expect(push(box, repository, { token: "job", branch: "evil" })).rejects.toThrow(
    /workflows permission/,
  );
  await push(box, repository, { token: "ada", branch: "evil" });
});

test("a fork shares objects, not references", async () => {
  await using box = await startGitHub({ tokens, forks: ["eve"] });
  await using repository = await gitRepository({ "a.txt": "1\n" });
  await push(box, repository, { token: "ada" });
  await repository.commit({ "a.txt": "2\n" }, { branch: "theirs" });
  await push(box, repository, { token: "ada", branch: "theirs", fork: "eve" });
  const heads = async (url: string) =>
    (await repository.git.text(["ls-remote", url])).split("\n").map((line) => line.split("\t")[1]);
  expect(await heads(box.gitUrl)).toEqual(["HEAD", "refs/heads/main"]);
  expect(await heads(gitUrl(box, "eve"))).toEqual(["refs/heads/theirs"]);
});
