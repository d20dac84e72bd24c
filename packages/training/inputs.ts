import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath } from "node:fs/promises";
import { posix, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  canonicalJson,
  type Project,
  type Snapshot,
  type Subject,
  type TableSource,
} from "@mlops-actions/core";
import type { Section } from "./section.ts";

const LOCKS = new Set(
  "uv.lock poetry.lock pdm.lock pixi.lock Pipfile.lock conda-lock.yml environment.yml environment.yaml requirements.txt pylock.toml renv.lock package-lock.json yarn.lock pnpm-lock.yaml Cargo.lock go.sum Manifest.toml dvc.lock .python-version".split(
    " ",
  ),
);

/**
 * Content ids of what a model is made of: its globs, and the lock files of its folder and of those above it. Not its project file and
 * not what we put beside it.
 */
export async function codeOf(
  snapshot: Snapshot,
  { path, paths }: Pick<Project<unknown>, "path" | "paths">,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const add = (objects: ReadonlyMap<string, string>, wanted: (file: string) => boolean) => {
    for (const [file, id] of objects) if (wanted(file)) found.set(file, id);
  };
  for (const glob of paths) add(await snapshot.objects(glob), () => true);
  for (const folder of foldersUp(path))
    add(await snapshot.objects(posix.join(folder, "*")), (file) => LOCKS.has(posix.basename(file)));
  return new Map([...found].filter(([file]) => !/(?:^|\/)\.mlops\//.test(file)));
}

/** What made a model, as two digests that are the same on every machine and in every checkout. */
export interface Inputs {
  /** Without data, project file and outputs. */
  code: string;
  /** With them. */
  inputs: string;
  /** The training data. */
  data: Subject[];
}

/** What would make the model of this project now, as it lies in this snapshot. */
export async function inputsOf(project: Project<Section>, snapshot: Snapshot): Promise<Inputs> {
  const data = project.data.train === undefined ? [] : await digestsOf(project, project.data.train);
  const code = await codeDigest(project, snapshot);
  return { code, inputs: digest({ code, data, project: project.files }), data };
}

/** Digest of the code that a model is made of, without data, project file and outputs. */
export async function codeDigest(project: Project<Section>, snapshot: Snapshot): Promise<string> {
  const files = await dataFiles(project);
  const isMade = madeBy(project.path, project.section);
  const skipped = (file: string) =>
    file === posix.join(project.path, "mlops.yml") || files.has(file) || isMade(file);
  const tree = [...(await codeOf(snapshot, project))].filter(([file]) => !skipped(file));
  return digest(Object.fromEntries(tree));
}

/** Whether a file, from the repository's root, is one that training writes, and so not one that it is made of. */
export function madeBy(path: string, { outputs }: Pick<Section, "outputs">): (file: string) => boolean {
  const links = posix.join(posix.dirname(outputs.model.replace(/\/$/, "")), "links.json");
  const made = [...Object.values(outputs), links].flatMap((written) =>
    written === undefined ? [] : [posix.join(path, written).replace(/\/$/, "")],
  );
  return (file) => made.some((output) => file === output || file.startsWith(`${output}/`));
}

/** SHA-256 of each file of a table, by its name from the repository's root where it lies there. */
export async function digestsOf(project: Project<unknown>, table: TableSource): Promise<Subject[]> {
  const found: Subject[] = [];
  for (const file of table.files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    found.push({ name: await nameOf(project, file), digest: { sha256: hash.digest("hex") } });
  }
  return found;
}

async function dataFiles(project: Project<unknown>): Promise<ReadonlySet<string>> {
  const { train, test } = project.data;
  const files = [...(train?.files ?? []), ...(test?.files ?? [])];
  return new Set(await Promise.all(files.map((file) => nameOf(project, file))));
}

async function nameOf({ root, path }: Project<unknown>, file: string): Promise<string> {
  const inside = relative(await realpath(root), await realpath(file))
    .split(sep)
    .join("/");
  const name = posix.join(path, inside);
  return name.startsWith("../") ? posix.basename(inside) : name;
}

function foldersUp(path: string): string[] {
  return path === "." ? ["."] : [path, ...foldersUp(posix.dirname(path))];
}

function digest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
