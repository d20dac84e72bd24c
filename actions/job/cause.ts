import { createHash } from "node:crypto";
import { type Evidence, UserError } from "@mlops-actions/core";
import { notify } from "@mlops-actions/runner";
import { z } from "zod";
import { type Handing, keptEvidence, readEvidence } from "./evidence.ts";
import { checkingWorkflows, checksOf } from "./heartbeat.ts";
import type { Job } from "./job.ts";

const CHECK: Handing<unknown> = {
  stage: "drift",
  called: "drift check",
  input: "evidence-digest",
  details: z.unknown(),
};

/**
 * What the drift check has found that has asked for this retrain, where a run of its workflow has kept it and it is what the dispatch says. A model is
 * judged as any other without it, so that what cannot be had is a warning.
 */
export async function causeOf(job: Job, model: string): Promise<Evidence[]> {
  const { event } = job;
  if (event.kind !== "retrain" || event.model !== model || event.cause === null) return [];
  const { run, digest } = event.cause;
  let why = `run ${run} has kept no drift check of ${model} with the digest ${digest}, or it has expired`;
  try {
    for await (const one of checksOf(job, model, await checkingWorkflows(job))) {
      if (one.run.id !== run || one.expired) continue;
      // Each attempt of the run has kept its own.
      const bytes = await keptEvidence(job, one);
      if (bytes === undefined) continue;
      const found = createHash("sha256").update(bytes).digest("hex");
      if (found === digest) return [readEvidence(CHECK, bytes, digest)];
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    why = error.message;
  }
  notify("warning", "The version does not say which drift it was trained for", why);
  return [];
}
