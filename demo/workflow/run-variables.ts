import { stepEnvironment } from "@mlops-actions/testkit";
import type { Runner } from "./runner.ts";

/** The variables of a `run:` step on the default branch, whose run GitHub then knows of. */
export async function runVariables(runner: Runner, workspace: string): Promise<Record<string, string>> {
  const { box, root, workflow, job, trigger } = runner;
  const { event, runId: id, sha, ref, actor } = trigger;
  await box.registerRun(id, {
    path: `.github/workflows/${workflow}.yml`,
    name: workflow,
    event: event.name,
    headSha: sha,
    headBranch: ref.replace("refs/heads/", ""),
    attempt: 1,
    actor,
  });
  const run = { id, attempt: 1, number: 1, event, sha, ref, workflow, job: job.id, actor };
  const places = { workspace, temp: workspace, toolCache: workspace, eventPath: "", action: root };
  return stepEnvironment(box, run, places);
}
