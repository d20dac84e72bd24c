import type { Story } from "../story.ts";
import type { PlayedRun } from "../workflow/run-workflow.ts";
import { saidBy } from "./repository.ts";

/** Tells what each job of a run was allowed and has said. */
export function tellJobs(run: PlayedRun, story: Story): void {
  story.table([
    ["job", "seconds", "its token may", "what it says"],
    ...run.jobs.map(({ job, result, seconds }) => [
      job.name,
      result === "skipped" ? "-" : seconds.toFixed(1),
      Object.entries(job.permissions)
        .map(([name, level]) => `${level} ${name}`)
        .join(", "),
      `${result === "failure" ? "FAILED: " : ""}${saidBy(run, job.id)}`,
    ]),
  ]);
}

export function skippedOf(run: PlayedRun): string[] {
  return run.jobs.filter(({ result }) => result === "skipped").map(({ job }) => job.id);
}
