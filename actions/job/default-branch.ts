import { UserError } from "@mlops-actions/core";
import type { Environment } from "./job.ts";

/**
 * What is merged on the default branch speaks for what is released and live.
 * @param defaultBranch as the API says
 * @param doing goes before "on `main` alone": `versions are registered`
 * @throws UserError `other-branch`
 */
export function requireDefaultBranch(
  { GITHUB_REF = "" }: Environment,
  defaultBranch: string,
  doing: string,
): void {
  if (GITHUB_REF === `refs/heads/${defaultBranch}`) return;
  throw new UserError(
    "other-branch",
    `This run is of \`${GITHUB_REF}\`; ${doing} on \`${defaultBranch}\` alone`,
    { remedy: `merge first, and let the workflow run on \`${defaultBranch}\`` },
  );
}
