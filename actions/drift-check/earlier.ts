import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, evidenceOf } from "@mlops-actions/core";
import { githubArtifacts } from "@mlops-actions/github";
import { z } from "zod";
import { checksOf } from "../job/heartbeat.ts";
import { type Environment, folderIn, type Job } from "../job/job.ts";

/** How many failed checks are looked through for one that has measured something. */
const MOST = 20;

/** The checks before this one of this very workflow, the newest first, as far back as the first that has measured something. */
export async function earlierChecks(job: Job, model: string): Promise<Evidence[]> {
  const { octokit, repo, links, order, environment } = job;
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  const found: Evidence[] = [];
  for await (const one of checksOf(job, model, workflowOf(environment))) {
    if (one.expired || one.run.id === order.runId) continue;
    const into = join(await folderIn(job, "earlier"), String(one.id));
    const file = (await artifacts.download(one, into)).get("evidence.json");
    const evidence = file === undefined ? undefined : await read(file, model);
    if (evidence === undefined) continue;
    found.push(evidence);
    if (evidence.predicate.outcome.kind === "measured" || found.length === MOST) break;
  }
  return found;
}

/** The file of this run's workflow, from `owner/name/.github/workflows/drift.yml@refs/heads/main`. */
function workflowOf({ GITHUB_WORKFLOW_REF = "" }: Environment): string[] {
  return [GITHUB_WORKFLOW_REF.replace(/@.*$/, "").split("/").slice(2).join("/")];
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
