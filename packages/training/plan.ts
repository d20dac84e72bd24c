import { dirname } from "node:path";
import { type Project, UserError } from "@mlops-actions/core";
import { amount } from "./command/amount.ts";
import { type Passed, passedOn } from "./command/environment.ts";
import { type Declared, pathOf } from "./outputs/output-path.ts";
import type { Section } from "./section.ts";

/** Everything that is known before a command of the project's runs. */
export interface Plan {
  passed: Passed;
  timeSeconds: number;
  gpuMemoryBytes: number | undefined;
  outputs: readonly Declared[];
  model: Declared;
  /** `MLOPS_OUT`. */
  out: string;
}

/** Reads and checks all that can be wrong in the project file, so that nothing runs for hours to fail at its end. */
export function planOf(
  project: Project<Section>,
  environment: Readonly<Record<string, string | undefined>>,
): Plan {
  const { section, place, root } = project;
  const outputs = Object.entries(section.outputs).flatMap(([role, written]): Declared[] =>
    written === undefined
      ? []
      : [{ role: role as Declared["role"], written, root, at: place(["train", "outputs", role]) }],
  );
  const paths = outputs.map(pathOf);
  const twice = outputs.find((_, i) => paths.indexOf(paths[i] as string) !== i);
  if (twice !== undefined)
    throw new UserError("output-twice", `\`${twice.written}\` is two outputs`, {
      remedy: "Name a file of its own for each.",
      at: twice.at,
    });
  const model = outputs.find(({ role }) => role === "model") as Declared;
  refuseForTask(project, outputs);
  const { gpu, budget, env } = section;
  return {
    passed: passedOn(environment, env, (i) => place(["train", "env", i])),
    timeSeconds: amount(project, ["train", "budget", "time"], budget.time, "second"),
    gpuMemoryBytes: gpu && amount(project, ["train", "gpu", "min_memory"], gpu.min_memory, "byte"),
    outputs,
    model,
    out: dirname(pathOf(model)),
  };
}

function refuseForTask({ task }: Project<Section>, outputs: readonly Declared[]): void {
  const wanted = { threshold: "binary", classes: "multiclass" } as const;
  for (const { role, at } of outputs) {
    const only = role === "threshold" || role === "classes" ? wanted[role] : task;
    if (only !== task)
      throw new UserError("output-of-another-task", `\`train.outputs.${role}\` has no meaning for ${task}`, {
        remedy: "Take it out.",
        at,
      });
  }
}

/** What every command of a project's has in common. */
export function commandOf(project: Project<Section>, plan: Plan, checkpoints: string) {
  return {
    cwd: project.root,
    passed: plan.passed,
    variables: variablesOf(project, plan, checkpoints),
    limitSeconds: plan.timeSeconds,
    limit: project.section.budget.time,
    limitAt: project.place(["train", "budget", "time"]),
  };
}

export function variablesOf(
  project: Project<Section>,
  { out }: Plan,
  checkpoints: string,
): Record<string, string> {
  return {
    MLOPS_OUT: out,
    MLOPS_SEED: String(project.section.seed),
    MLOPS_CHECKPOINT: checkpoints,
    MLOPS_MODEL_NAME: project.model,
  };
}
