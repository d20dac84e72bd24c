import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, evidenceOf, type FoundArtifact } from "@mlops-actions/core";
import { githubArtifacts, githubWitness } from "@mlops-actions/github";
import { z } from "zod";
import { checksOf } from "../job/heartbeat.ts";
import { folderIn, type Job } from "../job/job.ts";

/** How many failed checks are looked through for one that has measured something. */
const MOST = 20;

/**
 * The checks before this one, the newest first, as far back as the first that has measured something. They are believed where GitHub's record says that
 * a run of the default branch has kept them: anybody may call an artifact so.
 */
export async function earlierChecks(job: Job, model: string): Promise<Evidence[]> {
  const { octokit, repo, links, order } = job;
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  const witness = githubWitness({ octokit, repo });
  const isBelieved = async ({ name, run }: FoundArtifact) => {
    const claimed = { repositoryId: run.headRepositoryId ?? 0, runId: run.id, attempt: 1 };
    return (await witness.examine({ name }, claimed)).kind === "vouched";
  };
  const found: Evidence[] = [];
  for (const one of await checksOf(job, model)) {
    if (one.expired || one.run.id === order.runId || found.length === MOST) continue;
    if (!(await isBelieved(one))) continue;
    const into = join(await folderIn(job, "earlier"), String(one.id));
    const file = (await artifacts.download(one, into)).get("evidence.json");
    const evidence = file === undefined ? undefined : await read(file, model);
    if (evidence === undefined) continue;
    found.push(evidence);
    if (evidence.predicate.outcome.kind === "measured") break;
  }
  return found;
}

async function read(file: string, model: string): Promise<Evidence | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
  const { data } = evidenceOf("drift", z.unknown()).safeParse(value);
  return data?.predicate.project.model === model ? data : undefined;
}
