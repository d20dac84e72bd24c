import type { Files, Label, Manifest, Models, OpenedTable, Project, Tables } from "@mlops-actions/core";
import { identifier, literal } from "@mlops-actions/tables";
import { z } from "zod";
import { located } from "./reference.ts";

const value = z.object({ value: z.string() });

/**
 * Asks an ONNX model about the test rows, so that the profile knows what its answers look like. They are profiled here and not published: whoever
 * wants a model's answers asks the model.
 * @returns `undefined` for a model that only its own project can run
 */
export async function askedHere(of: {
  manifest: Manifest;
  project: Pick<Project<unknown>, "data">;
  test: OpenedTable;
  files: Files;
  ports: { tables: Tables; models: Models };
}): Promise<OpenedTable | undefined> {
  const { manifest, project, test, files, ports } = of;
  const [model] = manifest.files.filter(({ role }) => role === "model");
  const { label } = project.data;
  if (manifest.interface.by !== "onnx" || model === undefined || label === undefined) return undefined;
  const file = await located({ name: model.name, digest: { sha256: model.sha256 } }, files);
  return ports.models.predict({
    model: { file, label: model.name },
    task: manifest.task,
    classes: await classesOf(manifest, label, test, ports.tables),
    features: manifest.interface.features,
    from: test.name,
    into: "register answers",
    keep: [],
  });
}

async function classesOf(
  { task, interface: asked }: Manifest,
  { column, positive }: Label,
  { name }: OpenedTable,
  tables: Tables,
): Promise<readonly string[]> {
  if (task === "regression") return [];
  if (task === "multiclass") return asked.classes ?? [];
  const own = asked.positive ?? String(positive);
  const text = `CAST(${identifier(column)} AS VARCHAR)`;
  const [other] = await tables.query(
    `SELECT ${text} AS value FROM ${identifier(name)} WHERE ${text} <> ${literal(own)} LIMIT 1`,
    value,
  );
  return [other?.value ?? `not ${own}`, own];
}
