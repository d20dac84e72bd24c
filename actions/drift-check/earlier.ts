import { type Evidence, evidenceOf } from "@mlops-actions/core";
import { z } from "zod";
import { jsonOf, keptEvidence } from "../job/evidence.ts";
import { checksOf } from "../job/heartbeat.ts";
import type { Environment, Job } from "../job/job.ts";

/** How many failed checks are looked through for one that has measured something. */
const MOST = 20;

/** The checks before this one of this very workflow, the newest first, as far back as the first that has measured something. */
export async function earlierChecks(job: Job, model: string): Promise<Evidence[]> {
  const { order, environment } = job;
  const found: Evidence[] = [];
  for await (const one of checksOf(job, model, workflowOf(environment))) {
    if (one.expired || one.run.id === order.runId) continue;
    const bytes = await keptEvidence(job, one);
    const evidence = bytes === undefined ? undefined : read(bytes, model);
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

function read(bytes: Uint8Array, model: string): Evidence | undefined {
  const { data } = evidenceOf("drift", z.unknown()).safeParse(jsonOf(bytes));
  return data?.predicate.project.model === model ? data : undefined;
}
