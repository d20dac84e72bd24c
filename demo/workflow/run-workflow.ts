import { filled, holds, type Status } from "./expression.ts";
import type { Playing, Runner, Trigger } from "./runner.ts";
import { type PlayedStep, playStep } from "./step.ts";
import { type Job, tokenOf, type Workflow } from "./workflow.ts";

export interface PlayedJob {
  job: Job;
  result: "success" | "failure" | "skipped";
  outputs: Readonly<Record<string, string>>;
  steps: readonly PlayedStep[];
  seconds: number;
}

/** A run of a workflow. The files that its steps have put out live until it is disposed of. */
export interface PlayedRun extends AsyncDisposable {
  jobs: readonly PlayedJob[];
  /** @throws Error where the workflow has no such job */
  job(id: string): PlayedJob;
}

/** Plays a workflow job by job, each on a clean checkout with a token of its own, as its file says. */
export async function runWorkflow(
  workflow: Workflow,
  trigger: Trigger,
  playing: Playing,
): Promise<PlayedRun> {
  await using started = new AsyncDisposableStack();
  const jobs: PlayedJob[] = [];
  for (const job of workflow.jobs) {
    const begun = performance.now();
    const needs = Object.fromEntries(
      jobs
        .filter((done) => job.needs.includes(done.job.id))
        .map(({ job: { id }, result, outputs }) => [id, { result, outputs }]),
    );
    const token = tokenOf(workflow, job);
    const contexts = { needs, inputs: trigger.inputs ?? {}, github: { token }, steps: {} };
    const status: Status = Object.values(needs).every(({ result }) => result === "success")
      ? "success"
      : "failure";
    if (!holds(job.if, contexts, status)) {
      jobs.push({ job, result: "skipped", outputs: {}, steps: [], seconds: 0 });
      continue;
    }
    if (job.environment !== undefined)
      await playing.approval({ environment: job.environment, runId: trigger.runId });
    const runner: Runner = { ...playing, workflow: workflow.name, job, trigger, token, started };
    const done = await playSteps(runner, contexts);
    jobs.push({ job, ...done, seconds: (performance.now() - begun) / 1000 });
  }
  const files = started.move();
  return {
    jobs,
    job(id) {
      const found = jobs.find(({ job }) => job.id === id);
      if (found === undefined) throw new Error(`${workflow.name} has no job ${id}`);
      return found;
    },
    [Symbol.asyncDispose]: () => files.disposeAsync(),
  };
}

async function playSteps(runner: Runner, contexts: Record<string, unknown>) {
  const steps: PlayedStep[] = [];
  const known: Record<string, { outputs: Readonly<Record<string, string>> }> = {};
  let status: Status = "success";
  let workspace: string | undefined;
  for (const step of runner.job.steps) {
    const now = { ...contexts, steps: known };
    if (!holds(step.if, now, status)) continue;
    const fill = (texts: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text, now)]));
    const given = { ...step, with: fill(step.with) };
    const played = await playStep(runner, given, workspace);
    workspace = played.workspace ?? workspace;
    if (played.exitCode !== 0) status = "failure";
    if (step.id !== undefined) known[step.id] = { outputs: played.outputs };
    steps.push(played);
  }
  const now = { ...contexts, steps: known };
  const outputs = Object.fromEntries(
    Object.entries(runner.job.outputs).map(([name, text]) => [name, filled(text, now)]),
  );
  return { result: status, outputs, steps };
}
