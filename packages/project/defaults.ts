import type { StageName, Task } from "@mlops-actions/core";
import { fileSchema, formsAt, type JsonSchema, jsonSchemaOf, sections } from "./schema.ts";

/** What is judged where `evaluate.primary` is not written. */
export const DEFAULT_PRIMARY: Readonly<Record<Task, string>> = {
  binary: "auc - baseline.auc > -0.01",
  multiclass: "accuracy - baseline.accuracy > -0.01",
  regression: "mae / baseline.mae < 1.02",
};

/** Defaults of a section that depend on the task; all others stand in its schema. */
export function defaultsByTask(stage: StageName, task: Task): Readonly<Record<string, unknown>> {
  return stage === "evaluate" ? { primary: DEFAULT_PRIMARY[task] } : {};
}

export interface Default {
  key: string;
  value: string;
  description: string;
}

// All that has to be written; whatever else a parsed file has, it has by default.
const LEAST = {
  model: "model",
  task: "binary",
  data: {},
  train: { run: "python train.py", outputs: { model: "out/model.onnx" }, budget: {} },
  evaluate: { candidate: { predictions: "predictions.csv" } },
};

/** Every default of `mlops.yml`, for the reference. */
export function defaults(): Default[] {
  const whole = fileSchema(sections);
  const byTask = Object.entries(DEFAULT_PRIMARY).map(([task, value]) => ({
    key: "evaluate.primary",
    value,
    description: `The condition that decides, for ${task}`,
  }));
  const added = addedTo(LEAST, whole.parse(LEAST), jsonSchemaOf(whole), []);
  return [...byTask, ...added].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function addedTo(written: object, read: object, schema: JsonSchema, path: readonly string[]): Default[] {
  return Object.entries(read).flatMap(([key, value]) => {
    const at = [...path, key];
    const before = (written as Record<string, unknown>)[key];
    if (typeof before === "object" && before !== null) return addedTo(before, value, schema, at);
    if (before !== undefined || value === undefined) return [];
    const description = formsAt(schema, at).find((form) => form.description !== undefined)?.description ?? "";
    return [{ key: at.join("."), value: JSON.stringify(value), description }];
  });
}
