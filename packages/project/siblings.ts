import { posix } from "node:path";
import { type Snapshot, UserError } from "@mlops-actions/core";
import { isMap, parseDocument } from "yaml";
import { FILE, projectFile } from "./read-project.ts";

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
  const bytes = await snapshot.read(file).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const document = parseDocument(new TextDecoder().decode(bytes.slice(0, 256 * 1024)), {
    logLevel: "silent",
  });
  const model = isMap(document.contents) ? document.contents.get("model") : undefined;
  return typeof model === "string" && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(model) ? model : undefined;
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
