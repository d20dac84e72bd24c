import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Git, gitEnvironment, gitIn } from "../github/git.ts";
import { temporaryFolder } from "./folder.ts";

/** Files by path; null removes one. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** A working copy on this machine. */
export interface GitRepository extends AsyncDisposable {
  path: string;
  git: Git;
  /** Writes the files into the working copy, without a commit. */
  write(files: Files): Promise<void>;
  /**
   * Commits the files. With `branch` it is made from where we stand when it does not exist; with `by` GitHub knows whose it is.
   * @returns the commit
   */
  commit(files: Files, options?: { message?: string; branch?: string; by?: string }): Promise<string>;
  /** @returns the commit of a revision */
  revision(name?: string): Promise<string>;
}

// The same files make the same commits on every machine and every day.
const WHO = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

function writtenBy(login: string | undefined) {
  if (login === undefined) return WHO;
  const email = `${login}@users.noreply.github.com`;
  return { ...WHO, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_EMAIL: email };
}

/** A repository of these files: one commit on `main`. */
export async function gitRepository(files: Files): Promise<GitRepository> {
  const folder = await temporaryFolder("repository");
  const git = gitIn(folder.path, { ...gitEnvironment(process.env) });
  await initialise(git);
  const write = (more: Files) => writeFiles(folder.path, more);
  const commit: GitRepository["commit"] = async (more, { message = "Change", branch, by } = {}) => {
    if (branch !== undefined) {
      const exists =
        (await git.attempt(["show-ref", "--verify", "--quiet", `refs/heads/${branch}`])).status === 0;
      await git.bytes(["checkout", "--quiet", ...(exists ? [] : ["-b"]), branch]);
    }
    await write(more);
    await git.bytes(["add", "--all"]);
    await git.bytes(["commit", "--quiet", "--allow-empty", "-m", message], { env: writtenBy(by) });
    return git.text(["rev-parse", "HEAD"]);
  };
  await commit(files, { message: "Begin" });
  return {
    path: folder.path,
    git,
    write,
    commit,
    revision: (name = "HEAD") => git.text(["rev-parse", "--verify", `${name}^{commit}`]),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

/** An empty repository with nothing of this machine's habits: no signatures, no hooks, no collection in the background. */
export async function initialise(git: Git): Promise<void> {
  await git.bytes(["init", "--quiet", "--template=", "--initial-branch=main"]);
  await appendFile(join(git.dir, ".git", "config"), CONFIGURATION);
}

const CONFIGURATION = `
[commit]
	gpgSign = false
[tag]
	gpgSign = false
[gc]
	auto = 0
[core]
	autocrlf = false
	hooksPath = /dev/null
`;

export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    if (content === null) {
      await rm(path, { force: true, recursive: true });
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
