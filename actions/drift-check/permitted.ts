import { UserError } from "@mlops-actions/core";
import type { Environment } from "../job/job.ts";

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
