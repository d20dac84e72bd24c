import { UserError } from "@mlops-actions/core";
import { type Repository, runGit } from "./run-git.ts";

export interface Head {
  commit: string;
  /** As the commit object names them: in a shallow clone their objects may be absent. */
  parents: readonly string[];
  /** Whether the working tree is this commit: nothing changed, nothing untracked that is not ignored. */
  clean: boolean;
}

const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * The commit that is checked out.
 * @throws UserError `not-a-repository`, `no-commit`
 */
export async function head(root: string, git?: string): Promise<Head> {
  const repository = { root, git };
  const revision = await runGit(repository, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (!revision.ok) throw await noHead(repository);
  const commit = revision.stdout.toString("utf8").trim();
  // `rev-parse HEAD^1` knows nothing of parents that a shallow clone has cut off; the commit object does.
  const object = await runGit(repository, ["cat-file", "commit", commit]);
  if (!object.ok) throw new Error(`git cat-file: ${object.stderr}`);
  const [header = ""] = object.stdout.toString("utf8").split("\n\n", 1);
  const parents = [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, id]) => id as string);
  return { commit, parents, clean: await isClean(repository) };
}

/** Whether this commit's object is here: a shallow clone names parents that it does not have. */
export async function hasCommit(root: string, commit: string, git?: string): Promise<boolean> {
  if (!OBJECT_ID.test(commit)) return false;
  return (await runGit({ root, git }, ["cat-file", "-e", `${commit}^{commit}`])).ok;
}

/** The root of the working tree that a folder lies in; `undefined` outside any. */
export async function topLevel(folder: string, git?: string): Promise<string | undefined> {
  const found = await runGit({ root: folder, git }, ["rev-parse", "--show-toplevel"]);
  return found.ok ? found.stdout.toString("utf8").replace(/\n$/, "") : undefined;
}

/** The folder of Git's own files, which all working trees of a repository share; `undefined` outside any repository. */
export async function gitFolder(folder: string, git?: string): Promise<string | undefined> {
  const found = await runGit({ root: folder, git }, [
    "rev-parse",
    "--path-format=absolute",
    "--git-common-dir",
  ]);
  return found.ok ? found.stdout.toString("utf8").replace(/\n$/, "") : undefined;
}

async function isClean(repository: Repository): Promise<boolean> {
  const status = await runGit(
    repository,
    ["status", "--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=dirty"],
    await withoutFilters(repository),
  );
  if (!status.ok) throw new Error(`git status: ${status.stderr}`);
  return status.stdout.length === 0;
}

// `git status` sends files through their clean filters, which are programs. Without them a file may look changed that is
// not, which is the harmless side.
export async function withoutFilters(repository: Repository): Promise<string[]> {
  const configured = await runGit(repository, [
    "config",
    "--null",
    "--name-only",
    "--get-regexp",
    "^filter\\.",
  ]);
  if (!configured.ok) return [];
  const drivers = configured.stdout
    .toString("utf8")
    .split("\0")
    .map((name) => name.slice(0, name.lastIndexOf(".")))
    .filter((name) => name !== "");
  return [...new Set(drivers)].flatMap((driver) => [
    `${driver}.clean=`,
    `${driver}.smudge=`,
    `${driver}.process=`,
    `${driver}.required=false`,
  ]);
}

async function noHead(repository: Repository): Promise<UserError> {
  const inside = await runGit(repository, ["rev-parse", "--git-dir"]);
  if (!inside.ok)
    return new UserError("not-a-repository", `${repository.root} is not in a Git repository`, {
      remedy: "Run this in a clone of the repository, after `actions/checkout` in a workflow.",
    });
  return new UserError("no-commit", "The repository has no commit yet", {
    remedy: "Commit something first.",
  });
}
