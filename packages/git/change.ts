import { UserError } from "@mlops-actions/core";
import { type Repository, runGit } from "./run-git.ts";

/**
 * The commit with which a working tree is compared: the named one, else where it left the default branch of `origin`, else the commit
 * before.
 * @returns `undefined` where there was nothing before
 * @throws UserError `base-not-here`
 */
export async function baseCommit(root: string, named?: string): Promise<string | undefined> {
  const repository = { root };
  if (named !== undefined) {
    const found = await commitOf(repository, named);
    if (found !== undefined) return found;
    throw new UserError("base-not-here", `There is no commit \`${named.slice(0, 80)}\` in this clone`, {
      remedy: "Name a branch, a tag or a commit that is here, or fetch it first.",
    });
  }
  const [own, left] = [await commitOf(repository, "HEAD"), await whereItLeft(repository)];
  if (left !== undefined && left !== own) return left;
  const before = await commitOf(repository, "HEAD^");
  if (before !== undefined) return before;
  if (own === undefined || !(await hasParents(repository, own))) return undefined;
  throw new UserError(
    "base-not-here",
    "There is nothing to compare with: the commit before is not in this clone",
    {
      remedy: "Name one with `--base`, or set `fetch-depth: 2` in `actions/checkout`.",
    },
  );
}

async function whereItLeft(repository: Repository): Promise<string | undefined> {
  for (const branch of [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
  ]) {
    if ((await commitOf(repository, branch)) === undefined) continue;
    const found = await runGit(repository, ["merge-base", "HEAD", branch]);
    return found.ok ? found.stdout.toString("utf8").trim() : undefined;
  }
  return undefined;
}

/** As the commit itself says: a shallow clone's history ends wherever it was cut. */
async function hasParents(repository: Repository, commit: string): Promise<boolean> {
  const found = await runGit(repository, ["cat-file", "commit", commit]);
  const [header = ""] = found.ok ? found.stdout.toString("utf8").split("\n\n", 1) : [];
  return /^parent /m.test(header);
}

async function commitOf(repository: Repository, name: string): Promise<string | undefined> {
  const found = await runGit(repository, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  ]);
  // A shallow clone names parents that it does not have.
  return found.ok && (await runGit(repository, ["cat-file", "-e", found.stdout.toString("utf8").trim()])).ok
    ? found.stdout.toString("utf8").trim()
    : undefined;
}
