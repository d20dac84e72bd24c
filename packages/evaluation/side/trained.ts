import {
  type Evidence,
  type Files,
  type Manifest,
  manifest,
  type Project,
  type Subject,
  subject,
  UserError,
} from "@mlops-actions/core";
import { z } from "zod";
import type { Side } from "./side.ts";

/** As much of training's evidence as an evaluation needs; the rest is training's own. */
const details = z.object({
  manifest,
  predictions: z.object({ name: z.string(), sha256: z.string() }).nullable(),
  train: z.unknown().optional(),
});

/** A model that `train` has made, as its evidence tells it. */
export interface Trained {
  manifest: Manifest;
  predictions: Subject | undefined;
  subject: readonly Subject[];
  /** `false`: a registered model that was asked again. */
  isTrained: boolean;
}

/**
 * What a train statement says was made for this project.
 * @throws UserError `training-failed` with training's own fault; `other-project` for a model of another name or task
 */
export function trainedBy(
  { subject: subjects, predicate: { project: made, outcome } }: Evidence,
  { model, task }: Pick<Project<unknown>, "model" | "task">,
): Trained {
  const refuse = (what: string) => {
    throw new UserError(
      "other-project",
      `what was handed over is ${what}, and this project is ${model} (${task})`,
      {
        remedy: "hand over what this project's own train job has put out",
      },
    );
  };
  if (made.model !== model) refuse(`a training of ${made.model}`);
  if (outcome.kind === "error") {
    const { message, remedy, at } = outcome.fault;
    throw new UserError("training-failed", `training failed: ${message}`, { remedy, at });
  }
  const read = details.safeParse(outcome.details);
  if (!read.success)
    throw new UserError("candidate-unreadable", "the evidence of `train` is not of this version", {
      remedy: "train again with the version of mlops-actions that judges",
      cause: read.error,
    });
  const { manifest, predictions, train } = read.data;
  if (manifest.model !== model || manifest.task !== task)
    refuse(`a model called ${manifest.model} (${manifest.task})`);
  return {
    manifest,
    predictions:
      predictions === null
        ? undefined
        : subject.parse({ name: predictions.name, digest: { sha256: predictions.sha256 } }),
    subject: subjects,
    isTrained: train !== undefined,
  };
}

/** A trained model as one side: asked here where it is ONNX, else by the predictions that its own command made. */
export async function sideOf(
  trained: Omit<Trained, "isTrained">,
  files: Files,
  named: Pick<Side, "name" | "label" | "threshold" | "registered">,
): Promise<Side> {
  const { manifest, predictions } = trained;
  const models = manifest.files.filter(({ role }) => role === "model");
  const size = manifest.files.reduce((total, file) => total + file.size, 0);
  const side = {
    ...named,
    threshold: manifest.interface.threshold ?? named.threshold,
    size,
    subject: trained.subject,
  };
  const [model] = models;
  if (manifest.interface.by === "onnx" && model !== undefined) {
    const file = await bytesOf({ name: model.name, digest: { sha256: model.sha256 } }, files, named.label);
    return { ...side, answering: { by: "model", file, interface: manifest.interface } };
  }
  if (predictions === undefined)
    throw new UserError(
      "no-predictions",
      `${named.label} is not ONNX and has no predictions for the test rows`,
      {
        remedy: "write `predict: { run: … }`, or name a file in `train.outputs.predictions`",
      },
    );
  const file = await bytesOf(predictions, files, named.label);
  const source = { files: [file], label: predictions.name };
  return { ...side, answering: { by: "predictions", source, columns: {} } };
}

async function bytesOf(wanted: Subject, files: Files, label: string): Promise<string> {
  const found = await files.find(wanted);
  if (found !== undefined) return found;
  throw new UserError(
    "bytes-missing",
    `the bytes of ${wanted.name} (sha256 ${wanted.digest.sha256.slice(0, 12)}…) of ${label} are not here`,
    { remedy: "hand over the whole candidate of the train job, or register the version again" },
  );
}
