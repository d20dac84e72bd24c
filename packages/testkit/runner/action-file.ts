import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** What the runner reads of a JavaScript action's `action.yml`. */
export interface ActionFile {
  using: string;
  main: string;
  inputs: Readonly<Record<string, { default?: string; required?: boolean }>>;
}

export async function readActionFile(folder: string): Promise<ActionFile> {
  const file = parse(await readFile(join(folder, "action.yml"), "utf8"));
  if (typeof file?.runs?.main !== "string")
    throw new Error(`${folder}/action.yml has no runs.main: only JavaScript actions run here`);
  const inputs = Object.entries(
    (file.inputs ?? {}) as Record<string, { default?: unknown; required?: boolean } | null>,
  );
  return {
    using: String(file.runs.using),
    main: file.runs.main,
    inputs: Object.fromEntries(
      inputs.map(([name, input]) => [
        name,
        {
          ...(input?.default !== undefined && { default: String(input.default) }),
          ...(input?.required !== undefined && { required: input.required }),
        },
      ]),
    ),
  };
}

/** The contexts that a default may name: `github.token`, `github.workspace`, `runner.temp`. */
export type Contexts = Readonly<Record<string, string>>;

/** Fills `${{ name }}` in a default. @throws Error for anything but a plain name that is known here */
export function expand(value: string, contexts: Contexts): string {
  return value.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const found = contexts[expression];
    if (found === undefined) throw new Error(`\${{ ${expression} }} cannot be evaluated here`);
    return found;
  });
}

/** The variable of an input: spaces become underscores, hyphens stay. */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}
