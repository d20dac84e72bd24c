import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { withoutFilters } from "./head.ts";
import { type Repository, runGit } from "./run-git.ts";

// What we put beside a project ourselves.
const OWN = /(?:^|\/)\.mlops\//;

/**
 * Content ids of the files of a working tree, as a commit of it would have them. Git's index answers for what is unchanged, so that
 * files behind filters (Git LFS) have the id that the commit has; all else is hashed as it lies there.
 * @param walk all files, where there is no repository to ask
 */
export async function objectsIn(
  root: string,
  wanted: (path: string) => boolean,
  walk: () => AsyncIterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const repository = { root };
  const isWanted = (path: string) => wanted(path) && !OWN.test(path);
  const staged = await runGit(repository, ["ls-files", "-z", "--stage"]);
  const found = new Map<string, string>();
  if (!staged.ok) {
    for await (const path of walk())
      if (isWanted(path)) found.set(path, await idOf(join(root, path), "sha1"));
    return sorted(found);
  }
  for (const line of split(staged.stdout)) {
    const [, id, path] = /^\d+ ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
    if (id !== undefined && path !== undefined && isWanted(path)) found.set(path, id);
  }
  const like = (await formatOf(repository)) === "sha256" ? "sha256" : "sha1";
  for (const path of await listed(repository, "--modified", "--deleted", "--others", "--exclude-standard")) {
    if (!isWanted(path)) continue;
    const entry = await lstat(join(root, path)).catch(() => undefined);
    if (entry?.isFile() || entry?.isSymbolicLink()) found.set(path, await idOf(join(root, path), like));
    // A submodule that stands on another commit has no bytes here; a file that is gone has no id.
    else if (entry === undefined) found.delete(path);
  }
  return sorted(found);
}

async function listed(repository: Repository, ...options: string[]): Promise<string[]> {
  // To tell what is modified Git would send it through filters, which are programs.
  const result = await runGit(repository, ["ls-files", "-z", ...options], await withoutFilters(repository));
  if (!result.ok) throw new Error(`git ls-files: ${result.stderr}`);
  return split(result.stdout);
}

async function formatOf(repository: Repository): Promise<string> {
  const result = await runGit(repository, ["rev-parse", "--show-object-format"]);
  return result.ok ? result.stdout.toString("utf8").trim() : "sha1";
}

function split(bytes: Buffer): string[] {
  return bytes
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
}

/** `git hash-object --no-filters`; of a link, its target. */
async function idOf(file: string, algorithm: "sha1" | "sha256"): Promise<string> {
  const entry = await lstat(file);
  const hash = createHash(algorithm);
  if (entry.isSymbolicLink()) {
    const target = Buffer.from(await readlink(file));
    return hash.update(`blob ${target.length}\0`).update(target).digest("hex");
  }
  hash.update(`blob ${entry.size}\0`);
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function sorted(found: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
