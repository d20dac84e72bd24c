import { type Evidence, UserError } from "@mlops-actions/core";

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
