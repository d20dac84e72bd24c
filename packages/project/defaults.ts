import type { StageName, Task } from "@mlops-actions/core";
import { fileSchema, type JsonSchema, jsonSchemaOf, sections } from "./schema.ts";

/** What is judged where `evaluate.primary` is not written. The margins are what some ten thousand rows can tell. */
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

/** Every default of `mlops.yml`, for the reference. */
export function defaults(): Default[] {
  const byTask = Object.entries(DEFAULT_PRIMARY).map(([task, value]) => ({
    key: "evaluate.primary",
    value,
    description: `The condition that decides, for ${task}`,
  }));
  return [...byTask, ...listed(jsonSchemaOf(fileSchema(sections)), [])].sort((a, b) =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : 0,
  );
}

function listed(schema: JsonSchema, path: readonly string[]): Default[] {
  const own =
    schema.default === undefined
      ? []
      : [
          {
            key: path.join("."),
            value: JSON.stringify(schema.default),
            description: schema.description ?? "",
          },
        ];
  const below = [schema, ...(schema.anyOf ?? [])].flatMap((form) =>
    Object.entries(form.properties ?? {}).flatMap(([key, inner]) => listed(inner, [...path, key])),
  );
  return [...own, ...below];
}
