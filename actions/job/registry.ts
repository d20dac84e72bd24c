import { randomUUID } from "node:crypto";
import { githubRefs, githubReleases, githubWitness } from "@mlops-actions/github";
import { type Registry, registry } from "@mlops-actions/registry";
import { folderIn, type Job } from "./job.ts";

/** The registry of this job's repository. What its tags claim counts only where GitHub's record of runs bears it out. */
export async function registryOf(job: Job): Promise<Registry> {
  const { octokit, repo } = job;
  const witness = githubWitness({ octokit, repo });
  return registry({
    refs: githubRefs({ octokit, repo }),
    releases: githubReleases({ octokit, repo }),
    now: () => new Date(),
    key: randomUUID,
    scratch: await folderIn(job, "registry"),
    witness,
    isRunOver: witness.isRunOver,
  });
}
