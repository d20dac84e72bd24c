import { UserError } from "@mlops-actions/core";
import { BRANCH_EVENTS } from "@mlops-actions/github";
import { requireDefaultBranch } from "./default-branch.ts";
import type { Environment } from "./job.ts";

/**
 * A version is made, and goes to an environment, on the default branch alone, by what is merged there.
 *
 * @param of.commit the commit that is checked out
 * @param of.defaultBranch as the API says
 * @param of.doing `registered`, `deployed`
 * @throws UserError `event-not-allowed`, `other-branch`, `foreign-checkout`
 */
export function requireRelease(
  environment: Environment,
  { commit, defaultBranch, doing }: { commit: string; defaultBranch: string; doing: string },
): void {
  const { GITHUB_EVENT_NAME = "", GITHUB_SHA = "" } = environment;
  if (!BRANCH_EVENTS.includes(GITHUB_EVENT_NAME))
    throw new UserError("event-not-allowed", `Nothing is ${doing} on \`${GITHUB_EVENT_NAME}\``, {
      remedy: `let it be ${doing} on ${BRANCH_EVENTS.slice(0, 3)
        .map((event) => `\`${event}\``)
        .join(", ")} of \`${defaultBranch}\`, after the merge`,
    });
  requireDefaultBranch(environment, defaultBranch, `versions are ${doing}`);
  if (commit !== GITHUB_SHA)
    throw new UserError(
      "foreign-checkout",
      `${commit.slice(0, 7)} is checked out, this run is of ${GITHUB_SHA.slice(0, 7)}`,
      { remedy: "use `actions/checkout` without `ref`" },
    );
}
