import { posix } from "node:path";
import { fromRoot, isGlob } from "./files.ts";
import type { Shared } from "./shared.ts";
import type { Source } from "./source.ts";

/**
 * Globs from the repository's root of what a model is made of: its own folder and `paths`. In the root the own folder is everything, so
 * there `paths` stand alone.
 * @throws UserError `path-outside` at the place of the path
 */
export function pathsOf(folder: string, shared: Pick<Shared, "paths">, source: Source): string[] {
  const named = (shared.paths ?? []).flatMap((written, i) =>
    globsOf(fromRoot(written, folder, source.place(["paths", i]))),
  );
  return named.length > 0 && folder === "." ? named : [...globsOf(folder), ...named];
}

/** A name may be a file's or a folder's. */
function globsOf(path: string): string[] {
  const name = path.replace(/\/$/, "");
  if (name === ".") return ["**"];
  return isGlob(name) ? [name] : [name, posix.join(name, "**")];
}
