import { UserError } from "@mlops-actions/core";
import { runGit } from "./run-git.ts";

/**
 * Checks a commit of this clone out into a new folder, detached. No hook runs.
 * @param into absolute path of a folder that does not exist
 * @throws UserError `commit-not-here`
 */
export async function addWorktree(root: string, commit: string, into: string): Promise<void> {
  const added = await runGit({ root }, ["worktree", "add", "--quiet", "--force", "--detach", into, commit]);
  if (added.ok) return;
  throw new UserError(
    "commit-not-here",
    `Commit ${commit.slice(0, 12)} cannot be checked out: ${added.stderr}`,
    {
      remedy: "Set `fetch-depth: 2` in `actions/checkout`.",
    },
  );
}
