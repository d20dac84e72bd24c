import { join } from "node:path";
import { type Ports, type Project, type Subject, UserError } from "@mlops-actions/core";
import { type Ended, runCommand } from "./command/run.ts";
import { digestsOf } from "./inputs.ts";
import type { Declared } from "./outputs/output-path.ts";
import { commandOf, type Plan } from "./plan.ts";
import { type Kept, keepPredictions, writeQuestions } from "./predictions.ts";
import type { Section } from "./section.ts";

/** What a model that only its own project can run has said. */
export interface Answers {
  kept: Kept;
  run: string;
  ended: Ended;
  /** The test rows that it was asked about. */
  questions: readonly Subject[];
}

/**
 * Asks a model about the test rows by the project's own `predict.run`, which never sees their labels.
 * @param model its path, and what messages call it
 * @throws UserError `no-predict`, `no-test-rows`, `no-output` and what ends a command
 */
export async function answersByCommand(
  project: Project<Section>,
  plan: Plan,
  model: { path: string; name: string },
  ports: Pick<Ports, "launcher" | "workspace" | "tables" | "progress">,
  signal: AbortSignal,
): Promise<Answers> {
  const { workspace, progress, tables } = ports;
  const { predict, data, place } = project;
  const at = place(["predict"]);
  if (predict === undefined || "features" in predict)
    throw new UserError("no-predict", `Nobody says how \`${model.name}\` answers: it is not ONNX`, {
      remedy:
        "Write `predict: { run: COMMAND }`, or let training write its own answers and name them: `train: { outputs: { predictions: FILE } }`.",
      at,
    });
  if (data.test === undefined)
    throw new UserError("no-test-rows", "There are no test rows here to ask the model about", {
      remedy:
        "Bring the files of `data.test` to this machine: a model that is not ONNX is asked where it is trained.",
      at: place(["data", "test"]),
    });
  progress.step("asking the model about the test rows");
  const input = join(workspace.scratch, "questions.parquet");
  const output = join(workspace.scratch, "answers.parquet");
  await writeQuestions(tables, data.test, data.label, input);
  const common = commandOf(project, plan, workspace.checkpoints);
  const variables = {
    ...common.variables,
    MLOPS_MODEL: model.path,
    MLOPS_INPUT: input,
    MLOPS_OUTPUT: output,
  };
  const { run } = predict;
  const ended = await runCommand(
    { ...common, name: "predict", run, at: place(["predict", "run"]), variables },
    ports,
    signal,
  );
  const made: Declared = { role: "predictions", written: "answers.parquet", root: workspace.scratch, at };
  const kept = await keepPredictions(made, workspace.into).catch((error: unknown) => {
    if (!(error instanceof UserError && error.code === "no-output")) throw error;
    throw new UserError("no-output", "`predict.run` has ended and wrote nothing to `MLOPS_OUTPUT`", {
      remedy: "Let it write Parquet or CSV to the path in that variable: the key and the answers.",
      at: place(["predict", "run"]),
    });
  });
  return { kept, run, ended, questions: await digestsOf(project, data.test) };
}
