import { join } from "node:path";
import { checkout, runAction } from "@mlops-actions/testkit";
import { runProgram } from "../program.ts";
import { runVariables } from "./run-variables.ts";
import type { Runner } from "./runner.ts";
import type { Step } from "./workflow.ts";

export interface PlayedStep {
  step: Step;
  exitCode: number | null;
  outputs: Readonly<Record<string, string>>;
  stdout: string;
  stderr: string;
  /** Where the steps after this one stand, if it has moved them. */
  workspace?: string;
}

interface Place {
  workspace: string | undefined;
  env: Readonly<Record<string, string>>;
}

const OURS = "mlops-actions/mlops-actions";

/**
 * Does what a step says.
 * @throws Error for a step that this does not know how to play: nothing of a workflow is passed over
 */
export async function playStep(runner: Runner, step: Step, place: Place): Promise<PlayedStep> {
  const [uses = "", version] = step.uses?.split("@") ?? [];
  if (uses === "actions/checkout") return checkedOut(runner, step);
  // Python and Node are on this machine before the story begins.
  if (uses === "actions/setup-python" || uses === "actions/setup-node") return done(step);
  if (step.run === "pip install -r requirements.txt") return done(step);
  const { workspace, env } = place;
  if (workspace === undefined) throw new Error(`a step before actions/checkout: ${JSON.stringify(step)}`);
  if (version === "v1" && (uses === OURS || uses.startsWith(`${OURS}/actions/`)))
    return acted(runner, step, workspace, uses.slice(OURS.length + 1));
  if (step.run?.startsWith("node dist/cli.js ")) return commanded(runner, step, step.run, { workspace, env });
  throw new Error(`nobody has said how to play ${JSON.stringify(step)}`);
}

async function checkedOut({ box, root, trigger, token, started }: Runner, step: Step): Promise<PlayedStep> {
  if (step.with["persist-credentials"] !== "false") throw new Error("a checkout that keeps its token");
  if (step.with.repository === OURS) return { ...done(step), workspace: root };
  const depth = Number(step.with["fetch-depth"] ?? 1);
  const workspace = started.use(await checkout(box, { ref: trigger.ref, token, depth }));
  if (workspace.sha !== trigger.sha)
    throw new Error(`${trigger.ref} is ${workspace.sha}, not ${trigger.sha}`);
  return { ...done(step), workspace: workspace.path };
}

async function acted(runner: Runner, step: Step, workspace: string, folder: string): Promise<PlayedStep> {
  const { box, root, path, workflow, job, trigger, token, started } = runner;
  const { event, runId, actor } = trigger;
  const result = started.use(
    await runAction({
      action: join(root, folder),
      inputs: step.with,
      workspace,
      event,
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
  const { exitCode, outputs, stdout, stderr } = result;
  return { step, exitCode, outputs, stdout, stderr };
}

async function commanded(
  runner: Runner,
  step: Step,
  command: string,
  { workspace, env }: { workspace: string; env: Readonly<Record<string, string>> },
): Promise<PlayedStep> {
  const variables = await runVariables(runner, workspace);
  const ended = await runProgram("bash", ["-e", "-c", command], {
    cwd: workspace,
    env: { PATH: runner.path, ...variables, ...env },
  });
  return { ...done(step), exitCode: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

function done(step: Step): PlayedStep {
  return { step, exitCode: 0, outputs: {}, stdout: "", stderr: "" };
}
