import { writeFile } from "node:fs/promises";
import { fileSchema, jsonSchemaOf, sections } from "@mlops-actions/project";

/** `mlops.schema.json`: what may be written in a project file, for editors and other tools. */
export function schemaText(): string {
  const { $schema, ...schema } = jsonSchemaOf(fileSchema(sections)) as Record<string, unknown>;
  const titled = {
    $schema,
    title: "mlops.yml",
    description: "A model, its data and the conditions it must meet",
    ...schema,
  };
  // The mark of table references is for the loader, not part of the format.
  return `${JSON.stringify(titled, (key, value: unknown) => (key === "x-table" ? undefined : value), 2)}\n`;
}

if (import.meta.main) await writeFile(new URL("../mlops.schema.json", import.meta.url), schemaText());
