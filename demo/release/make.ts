import type { Calls } from "../production/callers.ts";
import type { Crowd } from "../production/people.ts";
import { type Rollout, rolloutOf, tellRollout } from "../production/rollout.ts";
import type { PlayedRun } from "../workflow/run-workflow.ts";
import { skippedOf, tellJobs } from "./jobs.ts";
import type { Scene } from "./scene.ts";

/** What a run of `model-release` has come to. */
export interface Made {
  version: string | undefined;
  /** Ids of the jobs that had nothing to do. */
  skipped: readonly string[];
  failed: readonly string[];
  /** What became of it in production. */
  rollout: Rollout | undefined;
}

/** Makes a version and brings it to production, while people ask. */
export async function make(
  { story, serving, box }: Scene,
  of: { saying: string; crowd: Crowd; start: () => Promise<PlayedRun> },
): Promise<Made> {
  const { saying, crowd, start } = of;
  const { done, calls } = await story.during(saying, () => serving.asked(crowd, start));
  await using run = done;
  tellJobs(run, story);
  const made = {
    version: run.job("register").steps.at(-1)?.outputs.version,
    skipped: skippedOf(run),
    failed: run.jobs.filter(({ result }) => result === "failure").map(({ job }) => job.id),
  };
  const rollout = await rolloutIn(run, calls, box);
  if (rollout !== undefined) tellRollout(rollout, story);
  return { ...made, rollout };
}

function rolloutIn(run: PlayedRun, calls: Calls, box: Scene["box"]) {
  const step = run.job("production").steps.at(-1);
  return step === undefined ? undefined : rolloutOf(step, calls, box);
}
