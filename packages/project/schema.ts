import { fileReference, tableReference } from "@mlops-actions/core";
import { section as drift } from "@mlops-actions/drift";
import { section as evaluate } from "@mlops-actions/evaluation";
import { section as register } from "@mlops-actions/registration";
import { section as deploy } from "@mlops-actions/rollout";
import { section as train } from "@mlops-actions/training";
import { z } from "zod";
import { shared } from "./shared.ts";
import type { Path } from "./source.ts";

export type Sections = Readonly<Record<string, z.ZodType>>;

/** The sections that this version reads, by their key in `mlops.yml`. */
export const sections: Sections = {
  train: train.optional(),
  evaluate: evaluate.optional(),
  register: register.optional(),
  deploy: deploy.optional(),
  drift: drift.optional(),
};

/** The whole of `mlops.yml`: the shared part and the sections. */
export function fileSchema(sections: Sections) {
  return shared.extend(sections);
}

/** As much of JSON Schema as zod writes for our sections. */
export interface JsonSchema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  description?: string;
  pattern?: string;
  properties?: Record<string, JsonSchema>;
  /** Of a mapping whose keys are the user's own. */
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  /** Ours: a reference to a table, or to another file. */
  "x-table"?: true;
}

/** What may be written, as JSON Schema. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      if ([tableReference, fileReference].includes(zodSchema as never)) jsonSchema["x-table"] = true;
    },
  }) as JsonSchema;
}

/** `mlops.schema.json`: what may be written in a project file, for editors and other tools. */
export function schemaText(): string {
  const { $schema, ...schema } = jsonSchemaOf(fileSchema(sections)) as Record<string, unknown>;
  const description = "A model, its data and the conditions it must meet";
  const titled = { $schema, title: "mlops.yml", description, ...schema };
  // The mark of table references is for the loader, not part of the format.
  return `${JSON.stringify(titled, (key, value: unknown) => (key === "x-table" ? undefined : value), 2)}\n`;
}

/** All forms that a value at this path may have. */
export function formsAt(schema: JsonSchema, path: Path): JsonSchema[] {
  const [step, ...rest] = path;
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (step === undefined) return [schema, ...forms.flatMap((form) => formsAt(form, []))];
  const below = typeof step === "number" ? schema.items : (schema.properties?.[step] ?? anyKey(schema));
  return [
    ...(below === undefined ? [] : formsAt(below, rest)),
    ...forms.flatMap((form) => formsAt(form, path)),
  ];
}

function anyKey({ additionalProperties }: JsonSchema): JsonSchema | undefined {
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** The paths of all references to tables in a value. */
export function tablePaths(value: unknown, schema: JsonSchema, path: Path = []): Path[] {
  if (value === undefined) return [];
  const forms = formsAt(schema, path);
  // Where a word is allowed beside a table, what could be that word is it.
  const isWord = forms.some(
    ({ pattern }) => typeof value === "string" && pattern !== undefined && new RegExp(pattern).test(value),
  );
  if (!isWord && forms.some((form) => form["x-table"])) return [path];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => tablePaths(below, schema, [...path, key]));
}
