import { constants } from "node:fs";
import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type Snapshot, UserError } from "@mlops-actions/core";
import { fixedFolder, HIDDEN, isGlob, matchesGlob } from "./glob.ts";
import { fetched, type Pointer, pointer } from "./lfs.ts";
import { objectsIn } from "./objects.ts";
import { repositoryPath } from "./repository-path.ts";

/** `read` is for project files; data is read by whoever gets its path from `materialise`. */
export const MAX_READ_BYTES = 16 * 1024 * 1024;
export const MAX_MATCHES = 10_000;
const MAX_VISITED = 2_000_000;
// Installed packages bring files of their own, which are no part of the project.
const SKIPPED = new Set([".git", "node_modules"]);

/**
 * The files as they lie below `root`. Only regular files with one name count: a link that leads outside, or a file that has
 * a second name somewhere, would let a repository read what is not in it.
 */
export function workingTree(root: string): Snapshot {
  async function locate(path: string): Promise<string | undefined> {
    const named = join(root, repositoryPath(path));
    let real: string;
    try {
      real = await realpath(named);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
    const inside = relative(await realpath(root), real);
    if (inside === "" || inside.split(sep).some((name) => name === ".." || name.toLowerCase() === ".git"))
      throw refused(path, "is a link that leads out of the repository");
    const found = await lstat(real);
    if (found.isDirectory()) return undefined;
    if (!found.isFile()) throw refused(path, "is not a regular file");
    if (found.nlink > 1) throw refused(path, "is a hard link: the same file has another name");
    return real;
  }

  return {
    commit: null,
    async read(path) {
      const file = await locate(path);
      if (file === undefined) return undefined;
      await using handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      const { size } = await handle.stat();
      if (size > MAX_READ_BYTES) throw tooLarge(path, size);
      return handle.readFile();
    },
    async list(glob) {
      if (!isGlob(glob)) return (await locate(glob)) === undefined ? [] : [glob];
      const matches: string[] = [];
      for await (const path of walk(root, repositoryPath(glob))) {
        if (matchesGlob(path, glob)) matches.push(path);
        if (matches.length > MAX_MATCHES) throw tooMany(glob);
      }
      return matches.sort();
    },
    async objects(glob) {
      const wanted = repositoryPath(glob);
      const found = (path: string) => matchesGlob(path, wanted, HIDDEN);
      return objectsIn(root, found, () => walk(root, wanted));
    },
    async materialise(path) {
      const file = await locate(path);
      if (file === undefined) return undefined;
      const lfs = await pointer(file);
      return lfs === undefined ? file : ((await fetched(root, lfs)) ?? notFetched(path, lfs));
    },
  };
}

async function* walk(root: string, glob: string): AsyncGenerator<string> {
  const folders = [fixedFolder(glob)];
  let visited = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entries(join(root, folder))) {
      if (++visited > MAX_VISITED) throw tooMany(glob);
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) folders.push(path);
      } else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(join(root, path))))) yield path;
    }
  }
}

async function entries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error) || (error as NodeJS.ErrnoException).code === "EACCES") return [];
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function refused(path: string, why: string): UserError {
  return new UserError("path-refused", `\`${path}\` ${why}`, {
    remedy: "Put a plain copy of the file into the repository's folder.",
    at: { file: path },
  });
}

export function notFetched(path: string, { oid }: Pointer): never {
  throw new UserError(
    "lfs-not-fetched",
    `\`${path}\` is kept in Git LFS and its bytes (sha256 ${oid.slice(0, 12)}…) are not here`,
    {
      remedy: "Set `lfs: true` in `actions/checkout`, or run `git lfs fetch --all`.",
      at: { file: path },
    },
  );
}

export function tooLarge(path: string, size: number): UserError {
  return new UserError("file-too-large", `\`${path}\` has ${size} bytes`, {
    remedy: `Files that are read as a whole may have ${MAX_READ_BYTES} bytes at most.`,
    at: { file: path },
  });
}

export function tooMany(glob: string): UserError {
  return new UserError("too-many-files", `\`${glob}\` matches more than ${MAX_MATCHES} files`, {
    remedy: "Name a narrower folder or pattern, or join the files.",
  });
}
