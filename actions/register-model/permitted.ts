import { type Evidence, UserError } from "@mlops-actions/core";
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
 * A candidate comes by an artifact and the digest that its job has put out. One from a folder was made in this very job, whose rights its
 * training could have found.
 * @throws UserError `same-job`
 */
export function requireArtifact(kind: "artifact" | "folder"): void {
  if (kind === "artifact") return;
  throw new UserError("same-job", "The candidate lies in a folder of the job that registers", {
    remedy:
      "train in a job of its own with `permissions: { contents: read }`, and pass `needs.train.outputs.candidate`",
  });
}

/**
 * Evidence counts for the commit and the run that it was made in: rules and rows of another checkout are not those of this one.
 * @throws UserError `other-run`
 */
export function requireThisRun(
  { predicate: { run } }: Evidence,
  now: { commit: string; runId: number },
): void {
  if (run.commit === now.commit && run.github?.runId === now.runId) return;
  throw new UserError(
    "other-run",
    `The evaluation is of ${run.commit?.slice(0, 7) ?? "no commit"} in run ${run.github?.runId ?? "?"}, this is ${now.commit.slice(0, 7)} in run ${now.runId}`,
    { remedy: "evaluate in a job of this workflow run, with `actions/checkout` without `ref`" },
  );
}
