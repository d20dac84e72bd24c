import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
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
import { type Answers, answersByCommand } from "./answers.ts";
import { MANIFEST, manifestFile } from "./candidate.ts";
import { type Command, runCommand } from "./command/run.ts";
import { type Details, details, told } from "./details.ts";
import { document } from "./document.ts";
import { inputsOf } from "./inputs.ts";
import { linksBefore, readLinks } from "./outputs/links.ts";
import { type Declared, ownFolder, putAside } from "./outputs/output-path.ts";
import { type Taken, takeModel } from "./outputs/take.ts";
import { readClasses, readThreshold } from "./outputs/values.ts";
import { commandOf, type Plan, planOf, variablesOf } from "./plan.ts";
import { type Kept, keepPredictions } from "./predictions.ts";
import { type Section, section } from "./section.ts";

export type Needs = "launcher" | "workspace" | "tables" | "progress";
type Touching = Pick<Ports, Needs>;

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
    const { kept, by, ran } = answered;
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
      materials: [...project.files, ...data, ...(ran?.questions ?? [])],
    };
  },
  document,
};

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

interface Answered {
  kept?: Kept;
  by: "command" | "training";
  ran?: Answers;
}

/** The answers of a model that only its own project can run; none for ONNX, which is asked where it is judged. */
async function answersOf(
  project: Project<Section>,
  plan: Plan,
  taken: Taken,
  ports: Touching,
  signal: AbortSignal,
): Promise<Answered> {
  const declared = plan.outputs.find(({ role }) => role === "predictions");
  if (declared !== undefined)
    return { kept: await keepPredictions(declared, ports.workspace.into), by: "training" };
  if (taken.isOnnx) return { by: "command" };
  const model = { path: taken.model, name: taken.file.name };
  const ran = await answersByCommand(project, plan, model, ports, signal);
  return { kept: ran.kept, by: "command", ran };
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

function subjectOf({ name, sha256 }: { name: string; sha256: string }): Subject {
  return { name, digest: { sha256 } };
}
