import { cp } from "node:fs/promises";
import { join } from "node:path";
import { checkout, runAction } from "@mlops-actions/testkit";
import type { Runner } from "./runner.ts";
import type { Step } from "./workflow.ts";

export interface PlayedStep {
  step: Step;
  exitCode: number | null;
  outputs: Readonly<Record<string, string>>;
  stdout: string;
  stderr: string;
  /** What it has written for the page of its run, in Markdown. */
  summary: string;
  /** Where the steps after this one stand, if it has moved them. */
  workspace?: string;
}

const OURS = "mlops-actions/mlops-actions";
const COPY = /^cp -r (\/\S+) (\w+)$/;

/**
 * Does what a step says.
 * @throws Error for a step that this does not know how to play: nothing of a workflow is passed over
 */
export async function playStep(
  runner: Runner,
  step: Step,
  workspace: string | undefined,
): Promise<PlayedStep> {
  const [uses = "", version] = step.uses?.split("@") ?? [];
  if (uses === "actions/checkout") return checkedOut(runner, step);
  // Python is on this machine before the story begins.
  if (uses === "actions/setup-python" || step.run === "pip install -r requirements.txt") return done(step);
  if (workspace === undefined) throw new Error(`a step before actions/checkout: ${JSON.stringify(step)}`);
  if (version === "v1" && (uses === OURS || uses.startsWith(`${OURS}/actions/`)))
    return acted(runner, step, workspace, uses.slice(OURS.length + 1));
  const [, from = "", to = ""] = COPY.exec(step.run ?? "") ?? [];
  const place = runner.places[from];
  if (place === undefined) throw new Error(`nobody has said how to play ${JSON.stringify(step)}`);
  await cp(place, join(workspace, to), { recursive: true });
  return done(step);
}

async function checkedOut({ box, trigger, token, started }: Runner, step: Step): Promise<PlayedStep> {
  if (step.with["persist-credentials"] !== "false") throw new Error("a checkout that keeps its token");
  const depth = Number(step.with["fetch-depth"] ?? 1);
  const workspace = started.use(await checkout(box, { ref: trigger.ref, token, depth }));
  if (workspace.sha !== trigger.sha)
    throw new Error(`${trigger.ref} is ${workspace.sha}, not ${trigger.sha}`);
  return { ...done(step), workspace: workspace.path };
}

async function acted(runner: Runner, step: Step, workspace: string, folder: string): Promise<PlayedStep> {
  const { box, root, path, workflow, job, trigger, token, started } = runner;
  const { event, runId, actor, sha, ref } = trigger;
  const result = started.use(
    await runAction({
      action: join(root, folder),
      inputs: step.with,
      workspace,
      event,
      sha,
      ref,
      box,
      token,
      runId,
      workflow,
      job: job.id,
      actor,
      // The libraries that `npm ci` has brought, so that nothing is downloaded.
      env: { PATH: path, MLOPS_NATIVES: root },
    }),
  );
  const { exitCode, outputs, stdout, stderr, summary } = result;
  return { step, exitCode, outputs, stdout, stderr, summary };
}

function done(step: Step): PlayedStep {
  return { step, exitCode: 0, outputs: {}, stdout: "", stderr: "", summary: "" };
}
