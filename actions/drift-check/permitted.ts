import { UserError } from "@mlops-actions/core";
import { writablePermissions } from "@mlops-actions/github";
import type { Environment, Job } from "../job/job.ts";

/**
 * A check speaks for what is live, by the rules of the default branch.
 * @throws UserError `other-branch`
 */
export function requireDefaultBranch({ GITHUB_REF = "" }: Environment, defaultBranch: string): void {
  if (GITHUB_REF === `refs/heads/${defaultBranch}`) return;
  throw new UserError(
    "other-branch",
    `This run is of \`${GITHUB_REF}\`; drift is checked on \`${defaultBranch}\``,
    {
      remedy: `run it by \`schedule\`, or by \`workflow_dispatch\` on \`${defaultBranch}\``,
    },
  );
}

/** @throws UserError `code-beside-rights` where a project's command would run in a job that can write */
export async function refuseBesideRights({ octokit, repo }: Job, trusted: boolean): Promise<void> {
  if (trusted) return;
  const writable = await writablePermissions(octokit, repo);
  if (writable.length === 0) return;
  throw new UserError(
    "code-beside-rights",
    `The commands under \`fetch\` would run in a job whose token can write ${writable.join(", ")}`,
    {
      remedy:
        "fetch in a job of its own and hand the files over as an artifact, or say `trusted: true`: the commands are those of the default branch",
    },
  );
}
