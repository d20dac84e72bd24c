import { mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, posix, relative, sep } from "node:path";
import { type Place, UserError } from "@mlops-actions/core";

/** A file or folder that training is to leave behind. */
export interface Declared {
  role: "model" | "threshold" | "classes" | "predictions";
  /** As the project writes it. */
  written: string;
  /** The project's folder, absolute. */
  root: string;
  at: Place;
}

/**
 * The absolute path of an output, without looking whether it is there.
 * @throws UserError `path-outside`
 */
export function pathOf({ written, root, at }: Declared): string {
  const inside = posix.normalize(written).replace(/\/$/, "");
  const isOutside =
    inside === "." || inside === ".." || inside.startsWith("../") || /^[/~]|^[A-Za-z]:|[\\\0]/.test(written);
  const first = inside.split("/")[0]?.toLowerCase();
  if (isOutside || first === ".git" || first === ".mlops")
    throw new UserError("path-outside", `\`${written}\` is not a path inside the project's folder`, {
      remedy: "Name a file or folder below `mlops.yml`, such as `out/model.onnx`.",
      at,
    });
  return join(root, inside);
}

/** The folder that we keep beside a project, which is nobody's change. @returns its absolute path */
export async function ownFolder(root: string): Promise<string> {
  const folder = join(root, ".mlops");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ".gitignore"), "*\n");
  return folder;
}

/**
 * Puts an output of an earlier run out of the way, so that it is never taken for one of this run. It is kept beside the project, since
 * at a terminal it may be somebody's only copy.
 * @param keep files that are no output: the project file, the data
 * @throws UserError `output-holds-inputs`
 */
export async function putAside(declared: Declared, keep: readonly string[]): Promise<void> {
  const path = pathOf(declared);
  const { root, written, at, role } = declared;
  const refuse = (code: string, what: string) =>
    new UserError(code, `\`${written}\` ${what}`, {
      remedy: "Let training write into a folder of its own: what lies there is replaced.",
      at,
    });
  // A folder that is a link would have us move what is not the project's.
  const parent = await realpath(dirname(path)).catch(() => undefined);
  if (parent === undefined) return;
  if (!isBelow(parent, await realpath(root)))
    throw refuse("output-refused", "lies behind a link that leads out of the project's folder");
  const held = keep.find((file) => isBelow(file, path) || isBelow(file, join(parent, basename(path))));
  if (held !== undefined) throw refuse("output-holds-inputs", `is an output and holds ${basename(held)}`);
  const aside = join(root, ".mlops", "before", `${role}-${basename(path)}`);
  await rm(aside, { recursive: true, force: true });
  await mkdir(dirname(aside), { recursive: true });
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new UserError("output-in-the-way", `\`${written}\` of an earlier run cannot be moved away`, {
      remedy: "Remove it before training.",
      at,
      cause: error,
    });
  }
}

/** Whether a path is another one, or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || /^[A-Za-z]:/.test(way));
}
