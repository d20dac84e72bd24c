import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitSnapshot } from "./git-snapshot.ts";
import { hasCommit, head, topLevel } from "./head.ts";
import { type ScratchRepository, scratchRepository } from "./scratch-repository.ts";

const snapshotOf = ({ root, into }: ScratchRepository, commit: string) => gitSnapshot({ root, into, commit });
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("utf8");

test("a file is read as the commit has it, whatever the working tree says", async () => {
  await using repository = await scratchRepository();
  const commit = await repository.commit({ "data/test.csv": "id\n1\n" });
  await repository.write({ "data/test.csv": "id\n2\n" });
  const snapshot = snapshotOf(repository, commit);
  expect(text(await snapshot.read("data/test.csv"))).toBe("id\n1\n");
  expect(await snapshot.read("data/absent.csv")).toBeUndefined();
  expect(await snapshot.read("data")).toBeUndefined();
});

test("a materialised file is read-only, lies under `into`, and is whole", async () => {
  await using repository = await scratchRepository();
  const bytes = Buffer.alloc(300_000, "abc\r\n");
  const commit = await repository.commit({ ".gitattributes": "* text=auto eol=lf\n", "big file.bin": bytes });
  const snapshot = snapshotOf(repository, commit);
  const [file, again] = await Promise.all([
    snapshot.materialise("big file.bin"),
    snapshot.materialise("big file.bin"),
  ]);
  expect(file).toBe(join(repository.into, commit, "big file.bin"));
  expect(again).toBe(file);
  expect((await stat(file as string)).mode & 0o777).toBe(0o444);
  expect(await readFile(file as string)).toEqual(
    Buffer.from(`${repository.git("show", `${commit}:big file.bin`)}\n`),
  );
});

test("names with spaces, quotes, newlines and other scripts are names", async () => {
  await using repository = await scratchRepository();
  const names = ['a "b".csv', "-rf.csv", "größe.csv", "a;touch x.csv", "$(id).csv"];
  const commit = await repository.commit(Object.fromEntries(names.map((name) => [name, name])));
  const snapshot = snapshotOf(repository, commit);
  for (const name of names) expect(text(await snapshot.read(name))).toBe(name);
  expect(await snapshot.list("*.csv")).toEqual([...names].sort());
});

test("a list is sorted, and `**` goes through folders but not into hidden ones", async () => {
  await using repository = await scratchRepository();
  const commit = await repository.commit({
    "b/mlops.yml": "",
    "mlops.yml": "",
    "a/c/mlops.yml": "",
    ".x/mlops.yml": "",
  });
  const snapshot = snapshotOf(repository, commit);
  expect(await snapshot.list("**/mlops.yml")).toEqual(["a/c/mlops.yml", "b/mlops.yml", "mlops.yml"]);
});

test.each(["../secret", "/etc/passwd", "a/../../b", "a//b", ".git/config", "a\\b", "C:/x", "", "a\0b"])(
  "%j is refused as a path",
  async (path) => {
    await using repository = await scratchRepository();
    const snapshot = snapshotOf(repository, await repository.commit({ a: "" }));
    await expect(snapshot.read(path)).rejects.toMatchObject({ name: "UserError", code: "path-outside" });
    await expect(snapshot.materialise(path)).rejects.toMatchObject({ code: "path-outside" });
  },
);

test("a link inside the commit is followed, one that leads outside is refused", async () => {
  await using repository = await scratchRepository();
  await repository.write({ "shared/test.csv": "1" });
  await symlink("shared", join(repository.root, "data"));
  await symlink("/etc/passwd", join(repository.root, "absolute"));
  await symlink("../../etc/passwd", join(repository.root, "relative"));
  await symlink("loop", join(repository.root, "loop"));
  const snapshot = snapshotOf(repository, await repository.commit({}));
  expect(text(await snapshot.read("data/test.csv"))).toBe("1");
  for (const path of ["absolute", "relative", "loop"])
    await expect(snapshot.read(path)).rejects.toMatchObject({ code: "path-refused" });
});

test("nothing that the repository's configuration or attributes name is run", async () => {
  await using repository = await scratchRepository();
  const ran = join(repository.into, "ran");
  const program = join(repository.into, "program.sh");
  await writeFile(program, `#!/bin/sh\ntouch ${ran}\ncat\n`, { mode: 0o755 });
  const commit = await repository.commit({ ".gitattributes": "* filter=evil diff=evil\n", "a.csv": "1" });
  for (const key of [
    "filter.evil.smudge",
    "filter.evil.clean",
    "diff.evil.textconv",
    "core.fsmonitor",
    "core.pager",
  ])
    repository.git("config", key, program);
  await mkdir(join(repository.into, "hooks"));
  for (const hook of ["post-index-change", "post-checkout", "reference-transaction"])
    await writeFile(join(repository.into, "hooks", hook), `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
  repository.git("config", "core.hooksPath", join(repository.into, "hooks"));
  await repository.write({ "a.csv": "2" });
  const snapshot = snapshotOf(repository, commit);
  expect(text(await snapshot.read("a.csv"))).toBe("1");
  await snapshot.materialise("a.csv");
  expect((await head(repository.root)).clean).toBe(false);
  expect(existsSync(ran)).toBe(false);
});

test("a replacement ref does not change what a commit holds", async () => {
  await using repository = await scratchRepository();
  const commit = await repository.commit({ "mlops.yml": "strict" });
  const other = await repository.commit({ "mlops.yml": "loose" });
  repository.git("replace", commit, other);
  expect(text(await snapshotOf(repository, commit).read("mlops.yml"))).toBe("strict");
});

test("variables that lead git to another repository are not followed", async () => {
  await using repository = await scratchRepository();
  await using other = await scratchRepository();
  const commit = await repository.commit({ a: "here" });
  await other.commit({ a: "there" });
  process.env.GIT_DIR = join(other.root, ".git");
  try {
    expect((await head(repository.root)).commit).toBe(commit);
  } finally {
    delete process.env.GIT_DIR;
  }
});

test("bytes in Git LFS are taken from a copy with their digest, never as the pointer's text", async () => {
  await using repository = await scratchRepository();
  const bytes = "id,label\n1,a\n";
  const oid = createHash("sha256").update(bytes).digest("hex");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.length}\n`;
  const commit = await repository.commit({ "test.csv": pointer });
  const snapshot = snapshotOf(repository, commit);
  await expect(snapshot.materialise("test.csv")).rejects.toMatchObject({ code: "lfs-not-fetched" });
  await repository.write({ "test.csv": "id,label\n1,EASY\n" });
  await expect(snapshot.materialise("test.csv")).rejects.toMatchObject({ code: "lfs-not-fetched" });
  await repository.write({ "test.csv": bytes });
  expect(await readFile((await snapshot.materialise("test.csv")) as string, "utf8")).toBe(bytes);
});

test("a commit that is not in the clone says how to fetch it", async () => {
  await using repository = await scratchRepository();
  await repository.commit({ a: "1" });
  for (const commit of ["0".repeat(40), "main", "--help"])
    await expect(snapshotOf(repository, commit).read("a")).rejects.toMatchObject({
      code: "commit-not-here",
      remedy: expect.stringContaining("fetch-depth: 2"),
    });
});

test("the head names its parents also where a shallow clone lacks them", async () => {
  await using repository = await scratchRepository();
  const first = await repository.commit({ a: "1" });
  const second = await repository.commit({ a: "2" });
  const shallow = join(repository.into, "shallow");
  repository.git("clone", "--quiet", "--depth=1", `file://${repository.root}`, shallow);
  expect(await head(shallow)).toEqual({ commit: second, parents: [first], clean: true });
  expect(await hasCommit(shallow, first)).toBe(false);
  expect(await hasCommit(shallow, second)).toBe(true);
  expect(await hasCommit(shallow, "--help")).toBe(false);
});

test("a changed or an untracked file makes the tree unclean, an ignored one does not", async () => {
  await using repository = await scratchRepository();
  await repository.commit({ ".gitignore": "out/\n", a: "1" });
  await repository.write({ "out/model": "x" });
  expect((await head(repository.root)).clean).toBe(true);
  await repository.write({ b: "new" });
  expect((await head(repository.root)).clean).toBe(false);
});

test("outside a repository, without a commit and without git the fault says so", async () => {
  await using repository = await scratchRepository();
  await expect(head(repository.root)).rejects.toMatchObject({ code: "no-commit" });
  await expect(head("/")).rejects.toMatchObject({ code: "not-a-repository" });
  await expect(head(repository.root, "/no/such/git")).rejects.toMatchObject({ code: "git-not-found" });
});

test("the working tree's root is found from any folder in it", async () => {
  await using repository = await scratchRepository();
  await repository.write({ "a/b/c": "" });
  expect(await topLevel(join(repository.root, "a/b"))).toBe(repository.root);
  expect(await topLevel("/")).toBeUndefined();
});
