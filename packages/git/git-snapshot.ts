import { randomUUID } from "node:crypto";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { type Snapshot, UserError } from "@mlops-actions/core";
import { HIDDEN, matchesGlob } from "./glob.ts";
import { fetched, pointer } from "./lfs.ts";
import { repositoryPath } from "./repository-path.ts";
import { type Repository, runGit, runGitInto } from "./run-git.ts";
import { MAX_MATCHES, MAX_READ_BYTES, notFetched, tooLarge, tooMany } from "./working-tree.ts";

interface Entry {
  kind: "file" | "link";
  oid: string;
}
interface Tree {
  files: ReadonlyMap<string, Entry>;
  /** Submodules: paths with a commit of another repository, and no bytes here. */
  modules: ReadonlyMap<string, string>;
}

const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const MAX_LINKS = 16;

/**
 * The files of one commit, read from Git's objects: nothing is checked out, and no filter or hook runs.
 * @param options.into an absolute folder for `materialise`, which writes `<into>/<commit>/<path>` with mode 0444
 */
export function gitSnapshot(options: Repository & { commit: string; into: string }): Snapshot {
  const { commit, into } = options;
  let reading: Promise<Tree> | undefined;
  const tree = () => {
    reading ??= readTree(options, commit);
    return reading;
  };
  const written = new Map<string, Promise<string>>();

  async function find(path: string): Promise<{ path: string; oid: string } | undefined> {
    return resolve((await tree()).files, repositoryPath(path), async (oid) =>
      (await blob(options, oid, path)).toString(),
    );
  }

  return {
    commit,
    async read(path) {
      const file = await find(path);
      if (file === undefined) return undefined;
      const size = await runGit(options, ["cat-file", "-s", file.oid]);
      if (!size.ok) throw notHere(path, commit, size.stderr);
      const bytes = Number(size.stdout.toString());
      if (bytes > MAX_READ_BYTES) throw tooLarge(path, bytes);
      return blob(options, file.oid, path);
    },
    async list(glob) {
      repositoryPath(glob);
      const files = [...(await tree()).files.keys()].filter((path) => matchesGlob(path, glob));
      if (files.length > MAX_MATCHES) throw tooMany(glob);
      return files.sort();
    },
    async objects(glob) {
      repositoryPath(glob);
      const { files, modules } = await tree();
      const all = [...files].map(([path, { oid }]) => [path, oid] as const);
      return new Map([...all, ...modules].filter(([path]) => matchesGlob(path, glob, HIDDEN)));
    },
    async materialise(path) {
      const file = await find(path);
      if (file === undefined) return undefined;
      let done = written.get(path);
      if (done === undefined) {
        done = write(options, file.oid, path, join(into, commit, path));
        written.set(path, done);
      }
      const target = await done;
      const lfs = await pointer(target);
      if (lfs === undefined) return target;
      return (await fetched(options.root, lfs, join(options.root, file.path))) ?? notFetched(path, lfs);
    },
  };
}

async function readTree(repository: Repository, commit: string): Promise<Tree> {
  const listed = OBJECT_ID.test(commit)
    ? await runGit(repository, ["ls-tree", "-r", "-z", "--full-tree", commit])
    : undefined;
  if (!listed?.ok)
    throw new UserError("commit-not-here", `Commit ${commit.slice(0, 12)} is not in this clone`, {
      remedy: "Set `fetch-depth: 2` in `actions/checkout`, or fetch that commit.",
      cause: listed?.stderr,
    });
  const files = new Map<string, Entry>();
  const modules = new Map<string, string>();
  for (const line of listed.stdout.toString("utf8").split("\0")) {
    const [, mode, kind, oid, path] = /^(\d+) (blob|commit) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (oid === undefined || path === undefined) continue;
    if (kind === "commit") modules.set(path, oid);
    else files.set(path, { kind: mode === "120000" ? "link" : "file", oid });
  }
  return { files, modules };
}

// Follows links as a checkout would, but only to what the same commit holds.
async function resolve(
  tree: Tree["files"],
  path: string,
  target: (oid: string) => Promise<string>,
): Promise<{ path: string; oid: string } | undefined> {
  let current = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const names = current.split("/");
    const depth = names.findIndex((_, i) => tree.get(names.slice(0, i + 1).join("/"))?.kind === "link");
    if (depth === -1) {
      const entry = tree.get(current);
      return entry && { path: current, oid: entry.oid };
    }
    const link = names.slice(0, depth + 1).join("/");
    const to = await target((tree.get(link) as Entry).oid);
    current = posix.join(posix.dirname(link), to, ...names.slice(depth + 1));
    if (posix.isAbsolute(to) || current.startsWith("../")) break;
  }
  throw new UserError("path-refused", `\`${path}\` is a link that leads out of the repository`, {
    remedy: "Put a plain copy of the file into the repository's folder.",
    at: { file: path },
  });
}

async function blob(repository: Repository, oid: string, path: string): Promise<Buffer> {
  const found = await runGit(repository, ["cat-file", "blob", oid]);
  if (!found.ok) throw notHere(path, oid, found.stderr);
  return found.stdout;
}

async function write(repository: Repository, oid: string, path: string, target: string): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  // Renamed into place, so that a file which is there is whole.
  const part = `${target}.${randomUUID()}`;
  try {
    const done = await runGitInto(repository, ["cat-file", "blob", oid], part);
    if (!done.ok) throw notHere(path, oid, done.stderr);
    await chmod(part, 0o444);
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
  return target;
}

function notHere(path: string, what: string, cause: string): UserError {
  return new UserError(
    "object-not-here",
    `The bytes of \`${path}\` (${what.slice(0, 12)}) are not in this clone`,
    {
      remedy: "Fetch the repository without `filter`.",
      at: { file: path },
      cause,
    },
  );
}
