import { UserError } from "@mlops-actions/core";
import type { Environment } from "../job/job.ts";

// In these events the workflow and the code are those of the branch itself; in those of pull requests anybody may have written them.
const EVENTS = ["push", "workflow_dispatch", "schedule", "repository_dispatch"];

/**
 * A version is made on the default branch, of what is merged there.
 *
 * @param commit the commit that is checked out
 * @param defaultBranch as the API says
 * @throws UserError `event-not-allowed`, `other-branch`, `foreign-checkout`
 */
export function requireRelease(
  { GITHUB_EVENT_NAME = "", GITHUB_REF = "", GITHUB_SHA = "" }: Environment,
  { commit, defaultBranch }: { commit: string; defaultBranch: string },
): void {
  if (!EVENTS.includes(GITHUB_EVENT_NAME))
    throw new UserError("event-not-allowed", `Nothing is registered on \`${GITHUB_EVENT_NAME}\``, {
      remedy: `register on ${EVENTS.slice(0, 3)
        .map((event) => `\`${event}\``)
        .join(", ")} of \`${defaultBranch}\`, after the merge`,
    });
  if (GITHUB_REF !== `refs/heads/${defaultBranch}`)
    throw new UserError(
      "other-branch",
      `This run is of \`${GITHUB_REF}\`; versions are made on \`${defaultBranch}\` alone`,
      { remedy: `merge first, and let the workflow run on \`${defaultBranch}\`` },
    );
  if (commit !== GITHUB_SHA)
    throw new UserError(
      "foreign-checkout",
      `${commit.slice(0, 7)} is checked out, this run is of ${GITHUB_SHA.slice(0, 7)}`,
      { remedy: "use `actions/checkout` without `ref`" },
    );
}

/**
 * A candidate from a folder is vouched for by nobody but the steps of this job, so that its training must not have been able to write
 * what this job can.
 *
 * @param isolation what the evidence of its training says
 * @throws UserError `same-job`
 */
export function requireOwnJob(kind: "artifact" | "folder", isolation: string): void {
  if (kind === "artifact" || isolation === "own-job") return;
  throw new UserError(
    "same-job",
    "The candidate lies in a folder, and its training ran where it could find more rights than to read",
    {
      remedy:
        "train in a job of its own with `permissions: { contents: read }`, and pass `needs.train.outputs.candidate`",
    },
  );
}
