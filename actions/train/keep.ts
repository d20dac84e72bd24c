import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { githubArtifacts } from "@mlops-actions/github";
import { notify } from "@mlops-actions/runner";
import type { Written } from "@mlops-actions/training";
import { printHandle } from "../job/handle.ts";
import type { Job } from "../job/job.ts";

/**
 * Uploads a candidate as one artifact.
 * @returns `<artifact>@sha256:<digest of its evidence>`; `undefined` where this job has no artifact store
 */
export async function keep(
  { environment, order, octokit, repo, links }: Job,
  { digest }: Written,
  folder: string,
  called: string,
): Promise<string | undefined> {
  if (!environment.ACTIONS_RESULTS_URL) {
    notify(
      "notice",
      "The candidate stays in this job",
      "There is no artifact store here: only a later step of this job can take it.",
    );
    return undefined;
  }
  // A run keeps one artifact a name, over all of its attempts.
  const name = `mlops-${called}${order.attempt > 1 ? `-${order.attempt}` : ""}`;
  const files = (await readdir(folder)).map((file) => join(folder, file));
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  const sent = await artifacts.upload(name, files, folder);
  if (sent.kind === "uploaded") return printHandle({ name, digest });
  throw new UserError("candidate-not-kept", `The candidate could not be uploaded: ${sent.why}`, {
    remedy: "run the job again; without its candidate no later job can judge or register it",
  });
}
