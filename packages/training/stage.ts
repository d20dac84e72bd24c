import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  type Manifest,
  type ModelInterface,
  type Ports,
  type Project,
  type Stage,
  type Subject,
  UserError,
} from "@mlops-actions/core";
import { inspectModel } from "@mlops-actions/models";
import { openPlain } from "@mlops-actions/tables";
import { MANIFEST, manifestFile } from "./candidate.ts";
import { amount } from "./command/amount.ts";
import { type Passed, passedOn } from "./command/environment.ts";
import { type Command, type Ended, runCommand } from "./command/run.ts";
import { type Details, details } from "./details.ts";
import { document } from "./document.ts";
import { digestsOf, inputsOf } from "./inputs.ts";
import { linksBefore, readLinks } from "./outputs/links.ts";
import { type Declared, ownFolder, pathOf, putAside } from "./outputs/output-path.ts";
import { type Taken, takeModel } from "./outputs/take.ts";
import { readClasses, readThreshold } from "./outputs/values.ts";
import { type Kept, keepPredictions, writeQuestions } from "./predictions.ts";
import { type Section, section } from "./section.ts";

type Needs = "launcher" | "workspace" | "tables" | "progress";
type Touching = Pick<Ports, Needs>;

/** Everything that is known before a command of the project's runs. */
interface Plan {
  passed: Passed;
  timeSeconds: number;
  gpuMemoryBytes: number | undefined;
  outputs: readonly Declared[];
  model: Declared;
  /** `MLOPS_OUT`. */
  out: string;
}

/** Runs the project's training, and takes what it left behind as a candidate. */
export const train: Stage<"train", Section, Details, Needs> = {
  name: "train",
  section,
  details,
  metrics: [],
  // What is trained is the change's own; nothing here judges it.
  policy: [],
  needs: ["launcher", "workspace", "tables", "progress"],
  async run(project, _upstream, ports, signal) {
    const { workspace, progress } = ports;
    const plan = planOf(project, workspace.environment);
    const { code, inputs, data } = await inputsOf(project, workspace.snapshot);
    await prepare(project, plan, ports);
    const linked = await linksBefore(plan.out);

    progress.step("training");
    const trained = await runCommand(trainingOf(project, plan, ports), ports, signal);
    progress.step("taking the model");
    const taken = await takeModel(plan.model, workspace.into, workspace.scratch);
    const asked = await interfaceOf(project, plan, taken, workspace.scratch);
    const links = await readLinks(plan.out, linked);
    const answered = await answersOf(project, plan, taken, ports, signal);
    await unchanged(taken, workspace.into);

    const manifest: Manifest = {
      _type: "https://mlops-actions.dev/manifest/v1",
      model: project.model,
      task: project.task,
      files: [taken.file],
      interface: asked,
      training: { commit: workspace.commit, code, inputs, data },
    };
    const file = manifestFile(manifest);
    await writeFile(join(workspace.into, MANIFEST), file.text);
    const { kept, by, ran, questions } = answered;
    return {
      verdict: "pass",
      judged: [],
      details: {
        manifest,
        train: told(project.section.run, trained),
        ...(ran && { predict: told(ran.run, ran.ended) }),
        seed: project.section.seed,
        budget: { timeSeconds: plan.timeSeconds },
        environment: plan.passed.names,
        inputs,
        predictions: kept === undefined ? null : { ...kept, by },
        links,
        isolation: workspace.isolation,
        testLabelsReadable: project.data.test !== undefined && project.data.label !== undefined,
        data,
      },
      subject: [file.subject, ...[taken.file, ...(kept === undefined ? [] : [kept])].map(subjectOf)],
      materials: [...project.files, ...data, ...questions],
    };
  },
  document,
};

/** Reads and checks all that can be wrong in the project file, so that nothing runs for hours to fail at its end. */
function planOf(project: Project<Section>, environment: Readonly<Record<string, string | undefined>>): Plan {
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

async function prepare(
  { root, data }: Project<Section>,
  { outputs, out }: Plan,
  { workspace }: Touching,
): Promise<void> {
  await ownFolder(root);
  const inputs = [join(root, "mlops.yml"), ...(data.train?.files ?? []), ...(data.test?.files ?? [])];
  for (const output of outputs) await putAside(output, inputs);
  for (const folder of [out, workspace.into, workspace.checkpoints]) await mkdir(folder, { recursive: true });
}

function trainingOf(project: Project<Section>, plan: Plan, { workspace }: Touching): Command {
  const { section, data, place } = project;
  return {
    ...commandOf(project, plan, workspace.checkpoints),
    name: "train",
    run: section.run,
    at: place(["train", "run"]),
    gpuMemoryBytes: plan.gpuMemoryBytes,
    variables: {
      ...variablesOf(project, plan, workspace.checkpoints),
      // The test rows are not named to it.
      ...(data.train && { MLOPS_DATA_TRAIN: data.train.files.join("\n") }),
    },
  };
}

function commandOf(project: Project<Section>, plan: Plan, checkpoints: string) {
  return {
    cwd: project.root,
    passed: plan.passed,
    variables: variablesOf(project, plan, checkpoints),
    limitSeconds: plan.timeSeconds,
    limit: project.section.budget.time,
    limitAt: project.place(["train", "budget", "time"]),
  };
}

function variablesOf(project: Project<Section>, { out }: Plan, checkpoints: string): Record<string, string> {
  return {
    MLOPS_OUT: out,
    MLOPS_SEED: String(project.section.seed),
    MLOPS_CHECKPOINT: checkpoints,
    MLOPS_MODEL_NAME: project.model,
  };
}

/** How the model is asked: classes and threshold belong to it, not to the project of today. */
async function interfaceOf(
  { predict, data: { label } }: Project<Section>,
  { outputs }: Plan,
  { isOnnx, model }: Taken,
  scratch: string,
): Promise<ModelInterface> {
  const declared = (role: Declared["role"]) => outputs.find((output) => output.role === role);
  const threshold = declared("threshold");
  const own = declared("classes");
  const classes = own === undefined ? label?.classes : await readClasses(own, scratch);
  return {
    by: isOnnx ? "onnx" : "command",
    ...(isOnnx && (await askedFor(model))),
    ...(predict !== undefined && "features" in predict && { features: [...predict.features] }),
    ...(classes !== undefined && { classes: [...classes] }),
    ...(label?.positive !== undefined && { positive: String(label.positive) }),
    ...(threshold !== undefined && { threshold: await readThreshold(threshold, scratch) }),
  };
}

/**
 * What an ONNX model takes and gives, by its own bytes: a version that asks for other columns breaks whoever uses it. What cannot be
 * read is for the evaluation to refuse, which says it where the verdict would have been.
 */
async function askedFor(model: string): Promise<Pick<ModelInterface, "inputs" | "outputs">> {
  try {
    const { facts } = await inspectModel(openPlain, { file: model, label: basename(model) });
    return { inputs: [...facts.inputs], outputs: [...facts.outputs] };
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}

interface Answers {
  kept?: Kept;
  by: "command" | "training";
  ran?: { run: string; ended: Ended };
  /** The test rows, where they were asked about. */
  questions: readonly Subject[];
}

/** The answers of a model that only its own project can run; none for ONNX, which is asked where it is judged. */
async function answersOf(
  project: Project<Section>,
  plan: Plan,
  taken: Taken,
  ports: Touching,
  signal: AbortSignal,
): Promise<Answers> {
  const { workspace, progress, tables } = ports;
  const declared = plan.outputs.find(({ role }) => role === "predictions");
  if (declared !== undefined)
    return { kept: await keepPredictions(declared, workspace.into), by: "training", questions: [] };
  if (taken.isOnnx) return { by: "command", questions: [] };
  const { predict, data, place } = project;
  const at = place(["predict"]);
  if (predict === undefined || "features" in predict)
    throw new UserError("no-predict", `Nobody says how \`${taken.file.name}\` answers: it is not ONNX`, {
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
    MLOPS_MODEL: taken.model,
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
  return { kept, by: "command", ran: { run, ended }, questions: await digestsOf(project, data.test) };
}

/** `predict.run` had the model in its hands: what travels is what was looked at before. */
async function unchanged({ file }: Taken, into: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(join(into, file.name)), hash);
  if (hash.digest("hex") === file.sha256) return;
  throw new UserError("model-changed", `\`${file.name}\` was changed while it answered`, {
    remedy: "Let `predict.run` read the model and write to `MLOPS_OUTPUT` alone.",
  });
}

function told(run: string, { code, usage, outputBytes, leftovers }: Ended): Details["train"] {
  return { run, exit: code ?? 0, usage: { ...usage, gpus: [...usage.gpus] }, outputBytes, leftovers };
}

function subjectOf({ name, sha256 }: { name: string; sha256: string }): Subject {
  return { name, digest: { sha256 } };
}
