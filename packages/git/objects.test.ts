import { createHash } from "node:crypto";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { baseCommit } from "./change.ts";
import { gitSnapshot } from "./git-snapshot.ts";
import { type ScratchRepository, scratchRepository } from "./scratch-repository.ts";
import { workingTree } from "./working-tree.ts";

let repository: ScratchRepository;
beforeAll(async () => {
  repository = await scratchRepository();
});
afterAll(() => repository[Symbol.asyncDispose]());

const committed = (commit: string) => gitSnapshot({ root: repository.root, commit, into: repository.into });

describe("content ids", () => {
  it("of a commit and of its working tree are the same, and Git's own", async () => {
    await symlink("a.txt", join(repository.root, "link"));
    const commit = await repository.commit({
      "a.txt": "one\n",
      "b/.hidden/c": "two\r\n",
      'b/ünïcode "x"': "3",
      ".gitignore": "no/\n",
    });
    await repository.write({ "no/ignored": "x", ".mlops/candidate/x": "x" });
    const own = await workingTree(repository.root).objects("**");
    expect(own).toEqual(await committed(commit).objects("**"));
    expect([...own.keys()]).toEqual([".gitignore", "a.txt", "b/.hidden/c", 'b/ünïcode "x"', "link"]);
    expect(own.get("a.txt")).toBe(repository.git("rev-parse", "HEAD:a.txt"));
    expect(await workingTree(repository.root).objects("b/**")).toHaveProperty("size", 2);
  });

  it("of what is changed, new or gone are those of the bytes that lie there", async () => {
    const commit = await repository.commit({ "d.txt": "1", "gone.txt": "1" });
    await repository.write({ "d.txt": "2", "new.txt": "3", "gone.txt": null });
    const [before, now] = [
      await committed(commit).objects("*.txt"),
      await workingTree(repository.root).objects("*.txt"),
    ];
    expect(now.get("d.txt")).toBe(repository.git("hash-object", "--no-filters", "d.txt"));
    expect(now.get("d.txt")).not.toBe(before.get("d.txt"));
    expect(now.get("new.txt")).toBe(createHash("sha1").update("blob 1\x003").digest("hex"));
    expect(now.has("gone.txt")).toBe(false);
  });

  it("outside of a repository are those that Git would give", async () => {
    await using other = await scratchRepository();
    const commit = await other.commit({ "a/b.py": "1", "c.py": "2" });
    const inside = await gitSnapshot({ root: other.root, commit, into: other.into }).objects("**");
    await using bare = await scratchRepository();
    await bare.write({ "../into/a/b.py": "1", "../into/c.py": "2", "../into/.mlops/x": "3" });
    expect(await workingTree(bare.into).objects("**")).toEqual(inside);
  });

  it("of a submodule is its commit", async () => {
    const id = "0123456789012345678901234567890123456789";
    repository.git("update-index", "--add", "--cacheinfo", `160000,${id},module`);
    repository.git("commit", "--quiet", "-m", "module");
    const commit = repository.git("rev-parse", "HEAD");
    expect((await committed(commit).objects("module")).get("module")).toBe(id);
    expect(await committed(commit).list("modul*")).toEqual([]);
  });
});

describe("what a working tree is compared with", () => {
  it("is where it left the default branch, on that branch the commit before, or what was named", async () => {
    await using own = await scratchRepository();
    const { root } = own;
    const first = await own.commit({ a: "1" });
    expect(await baseCommit(root)).toBeUndefined();
    const second = await own.commit({ a: "2" });
    expect(await baseCommit(root)).toBe(first);
    own.git("update-ref", "refs/remotes/origin/main", second);
    expect(await baseCommit(root)).toBe(first);
    await own.commit({ b: "1" });
    await own.commit({ b: "2" });
    expect(await baseCommit(root)).toBe(second);
    own.git("update-ref", "refs/remotes/origin/dev", first);
    own.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/dev");
    expect(await baseCommit(root)).toBe(first);
    expect(await baseCommit(root, "HEAD~1")).toMatch(/^[0-9a-f]{40}$/);
    for (const name of ["nowhere", "--all", "-h", "a:b", ""])
      await expect(baseCommit(root, name)).rejects.toMatchObject({ code: "base-not-here" });
  });
});
