import { type Snapshot, type TableReference, UserError } from "@mlops-actions/core";
import { codeOf, madeBy, type Section, section } from "@mlops-actions/training";
import { fromRoot } from "./files.ts";
import { pathsOf } from "./paths.ts";
import { folderOf, projectFile, type ReadProject, readProject } from "./read-project.ts";
import { tablePaths } from "./schema.ts";
import { projectsOf } from "./siblings.ts";

/** What a model is made of or judged by, where a change touches it; with nothing in it, the change does not affect the model. */
export interface Affected {
  path: string;
  model: string;
  /** From the repository's root, sorted. */
  touched: readonly string[];
}

/** Every project of the head, and what of it differs from the base: everything, where there is none. */
export async function affectedProjects(base: Snapshot | undefined, head: Snapshot): Promise<Affected[]> {
  const all = await projectsOf(head);
  return Promise.all(
    all.map(async ({ folder, model }) => ({
      path: folder,
      model,
      touched: base === undefined ? ["everything"] : await affected({ base, head, folder }),
    })),
  );
}

/**
 * What a change touches of a project: its file, its folder or `paths`, lock files, and the tables it names with their DVC pointers. By
 * content: a file that was touched and reads as before is none.
 */
export async function affected(of: { base: Snapshot; head: Snapshot; folder: string }): Promise<string[]> {
  const { base, head } = of;
  const folder = folderOf(of.folder);
  const file = projectFile(folder);
  const here = await belongings(head, folder);
  // What cannot be read is for whoever runs it to explain.
  if (here === undefined) return [file];
  const [before, after] = await Promise.all(
    [base, head].map(async (snapshot) => {
      const found = new Map(await codeOf(snapshot, here));
      for (const glob of [file, ...here.tables])
        for (const [path, id] of await snapshot.objects(glob)) found.set(path, id);
      return found;
    }),
  );
  const paths = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...paths].filter((path) => before?.get(path) !== after?.get(path) && !here.isMade(path)).sort();
}

/** What belongs to a project as globs from the repository's root, and what of it training writes. */
interface Belongings {
  path: string;
  paths: readonly string[];
  tables: readonly string[];
  isMade(file: string): boolean;
}

async function belongings(head: Snapshot, folder: string): Promise<Belongings | undefined> {
  try {
    const read = await readProject(head, folder, { name: "train", section, policy: [] });
    return (
      read && {
        path: folder,
        paths: pathsOf(folder, read.shared, read.source),
        tables: tablesOf(read),
        isMade: read.section === undefined ? () => false : madeBy(folder, read.section),
      }
    );
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function tablesOf({ source, schema, folder }: ReadProject<Section>): string[] {
  return tablePaths(source.value, schema).flatMap((path) => {
    const reference = path.reduce<unknown>(
      (below, step) => (below as Record<string, unknown>)[step],
      source.value,
    ) as TableReference;
    const files = typeof reference === "string" ? reference : reference.files;
    return [files].flat().flatMap((written) => {
      const glob = fromRoot(written, folder, source.place(path));
      return [glob, `${glob}.dvc`];
    });
  });
}
