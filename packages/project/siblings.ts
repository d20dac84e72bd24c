import { posix } from "node:path";
import { MODEL_NAME, type Snapshot, UserError } from "@mlops-actions/core";
import { FILE, projectFile } from "./read-project.ts";
import { readSource } from "./source.ts";
import { projectText } from "./text.ts";

export interface Sibling {
  folder: string;
  model: string;
}

/** All projects of a repository that name a model, also those whose file is otherwise broken. */
export async function projectsOf(snapshot: Snapshot): Promise<Sibling[]> {
  const files = await snapshot.list(`**/${FILE}`);
  const named = await Promise.all(
    files.map(async (file) => {
      const model = await modelNamed(snapshot, file);
      return model === undefined ? [] : [{ folder: posix.dirname(file), model }];
    }),
  );
  return named.flat();
}

/** The model that a file names, whatever else is wrong with it. */
export async function modelNamed(snapshot: Snapshot, file: string): Promise<string | undefined> {
  try {
    const bytes = await snapshot.read(file);
    if (bytes === undefined) return undefined;
    const text = projectText(bytes, file);
    return named(text, file);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function named(text: string, file: string): string | undefined {
  try {
    const { value } = readSource(text, file);
    const model = typeof value === "object" && value !== null && "model" in value ? value.model : undefined;
    return typeof model === "string" && MODEL_NAME.test(model) ? model : undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return /^model:[ \t]*(["']?)([a-z0-9][a-z0-9_-]{0,63})\1[ \t]*(?:#.*)?\r?$/m.exec(text)?.[2];
  }
}

/**
 * A model's name is its key in tags, comments and checks, so only one project of a repository may have it.
 * @throws UserError `model-name-taken`, naming both files
 */
export async function refuseTwins(snapshot: Snapshot, own: Sibling): Promise<void> {
  const twin = (await projectsOf(snapshot)).find(
    ({ folder, model }) => model === own.model && folder !== own.folder,
  );
  if (twin === undefined) return;
  throw new UserError(
    "model-name-taken",
    `\`${projectFile(own.folder)}\` and \`${projectFile(twin.folder)}\` both name their model \`${own.model}\``,
    {
      remedy: "Rename one: tags, comments and checks go by the model's name.",
      at: { file: projectFile(own.folder) },
    },
  );
}
