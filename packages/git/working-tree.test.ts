import { link, mkdir, symlink, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchRepository } from "./scratch-repository.ts";
import { workingTree } from "./working-tree.ts";

test("files are read as they lie", async () => {
  await using repository = await scratchRepository();
  await repository.write({ "a b/c.csv": "1" });
  const tree = workingTree(repository.root);
  expect(tree.commit).toBeNull();
  expect(Buffer.from((await tree.read("a b/c.csv")) as Uint8Array).toString()).toBe("1");
  expect(await tree.materialise("a b/c.csv")).toBe(join(repository.root, "a b/c.csv"));
  expect(await tree.read("absent")).toBeUndefined();
  expect(await tree.read("a b")).toBeUndefined();
  expect(await tree.read("a b/c.csv/d")).toBeUndefined();
});

test.each([
  "../x",
  "/etc/passwd",
  "a/../../x",
  "./a",
  ".git/config",
  ".GIT/config",
  "a\\..\\b",
  "a\0",
  "a\n",
  "~/x/../../y",
])("%j is refused as a path", async (path) => {
  await using repository = await scratchRepository();
  const tree = workingTree(repository.root);
  await expect(tree.read(path)).rejects.toMatchObject({ name: "UserError", code: "path-outside" });
  await expect(tree.list(`${path}/*`)).rejects.toMatchObject({ code: "path-outside" });
});

test("percent signs are part of a name, not an encoding", async () => {
  await using repository = await scratchRepository();
  expect(await workingTree(repository.root).read("%2e%2e/x")).toBeUndefined();
});

test("links that stay inside are followed; links that lead out or into .git, hard links and sockets are refused", async () => {
  await using repository = await scratchRepository();
  await repository.commit({ "data/a.csv": "1", twice: "2" });
  await symlink("data", join(repository.root, "inside"));
  await symlink("/etc", join(repository.root, "outside"));
  await symlink(".git", join(repository.root, "git"));
  await symlink("loop", join(repository.root, "loop"));
  await symlink("/dev/zero", join(repository.root, "zero"));
  await link(join(repository.root, "twice"), join(repository.into, "other-name"));
  await using socket = createServer();
  await new Promise<void>((resolve) => socket.listen(join(repository.root, "socket"), resolve));
  const tree = workingTree(repository.root);
  expect(await tree.materialise("inside/a.csv")).toBe(join(repository.root, "data/a.csv"));
  expect(await tree.read("loop")).toBeUndefined();
  for (const path of ["outside/passwd", "git/config", "zero", "twice", "socket"])
    await expect(tree.read(path), path).rejects.toMatchObject({ name: "UserError", code: "path-refused" });
});

test("a glob is sorted, does not follow linked folders, and leaves out hidden files and installed packages", async () => {
  await using repository = await scratchRepository();
  await repository.write({
    "d/b.csv": "",
    "d/a.csv": "",
    "d/.c.csv": "",
    "d/e/f.csv": "",
    "node_modules/x/g.csv": "",
  });
  await mkdir(join(repository.root, "d/empty"));
  await symlink("..", join(repository.root, "d/loop"));
  const tree = workingTree(repository.root);
  expect(await tree.list("d/*.csv")).toEqual(["d/a.csv", "d/b.csv"]);
  expect(await tree.list("**/*.csv")).toEqual(["d/a.csv", "d/b.csv", "d/e/f.csv"]);
  expect(await tree.list("d/?.csv")).toEqual(["d/a.csv", "d/b.csv"]);
  expect(await tree.list("d/a.csv")).toEqual(["d/a.csv"]);
  expect(await tree.list("nothing/*.csv")).toEqual([]);
});

test("a file too large to be read as a whole is refused before it is opened", async () => {
  await using repository = await scratchRepository();
  await repository.write({ big: "" });
  await truncate(join(repository.root, "big"), 2 ** 30);
  const tree = workingTree(repository.root);
  await expect(tree.read("big")).rejects.toMatchObject({ code: "file-too-large" });
  expect(await tree.materialise("big")).toBe(join(repository.root, "big"));
});

test("a file that Git LFS has not fetched is not read as data", async () => {
  await using repository = await scratchRepository();
  const oid = "a".repeat(64);
  await repository.write({ t: `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12\n` });
  await expect(workingTree(repository.root).materialise("t")).rejects.toMatchObject({
    code: "lfs-not-fetched",
    remedy: expect.stringContaining("lfs: true"),
  });
});
