import { posix } from "node:path";
import {
  type Place,
  type Snapshot,
  type TableReference,
  type TableSource,
  UserError,
} from "@mlops-actions/core";
import { nearest } from "./explain.ts";

/** A table with where its files were found. */
export interface FoundTable {
  /** The paths and patterns as the project writes them. */
  written: readonly string[];
  source: TableSource;
  files: readonly FoundFile[];
}

export interface FoundFile {
  /** From the repository's root. */
  path: string;
  /** Absolute, with the bytes. */
  file: string;
  snapshot: Snapshot;
}

/**
 * Finds the files of a table, its paths relative to the project's folder. Each comes from the first snapshot that has it.
 * @throws UserError `path-outside`, `no-such-file`, `glob-without-match`
 */
export async function findTable(
  reference: TableReference,
  folder: string,
  snapshots: readonly Snapshot[],
  at: Place,
): Promise<FoundTable> {
  const {
    files: written,
    format,
    header,
    names: columns,
    missing,
  } = typeof reference === "string" ? ({ files: reference } as Exclude<TableReference, string>) : reference;
  const names = typeof written === "string" ? [written] : written;
  const found: FoundFile[] = [];
  for (const name of names) found.push(...(await placed(find(name, folder, snapshots, at), at)));
  const twice = found.find(({ path }, i) => found.findIndex((other) => other.path === path) !== i);
  if (twice !== undefined)
    throw new UserError("file-twice", `\`${twice.path}\` is named twice`, {
      remedy: "Name each file once: its rows would count double.",
      at,
    });
  return {
    written: names,
    source: {
      format,
      header,
      names: columns,
      missing,
      files: found.map(({ file }) => file),
      label: names.join(", "),
    },
    files: found,
  };
}

// What a snapshot refuses is mended where the project names it.
async function placed<Result>(finding: Promise<Result>, at: Place): Promise<Result> {
  try {
    return await finding;
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError(cause.code, cause.message, { remedy: cause.remedy, at, cause });
  }
}

/** A path as the project writes it, from the repository's root. */
export function fromRoot(written: string, folder: string, at: Place): string {
  const refuse = (message: string, remedy: string) => new UserError("path-outside", message, { remedy, at });
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(written))
    throw refuse(
      `\`${written}\` is an address`,
      "Fetch the data in a step before this one and name the local file.",
    );
  if (/^[/~]|^[A-Za-z]:|\\/.test(written))
    throw refuse(
      `\`${written}\` is not a path relative to the project's folder`,
      "Write it relative to `mlops.yml`, with `/` between folders.",
    );
  const path = posix.join(folder, written);
  if (path === ".." || path.startsWith("../"))
    throw refuse(`\`${written}\` leads out of the repository`, "Name a file inside the repository.");
  return path;
}

export function isGlob(written: string): boolean {
  return /[*?]/.test(written);
}

async function find(
  written: string,
  folder: string,
  snapshots: readonly Snapshot[],
  at: Place,
): Promise<FoundFile[]> {
  const path = fromRoot(written, folder, at);
  for (const snapshot of snapshots) {
    const paths = isGlob(path) ? await snapshot.list(path) : [path];
    const found: FoundFile[] = [];
    for (const path of paths) {
      const file = await snapshot.materialise(path);
      if (file !== undefined) found.push({ path, file, snapshot });
    }
    if (found.length > 0) return found;
  }
  const last = snapshots.at(-1) as Snapshot;
  throw isGlob(path) ? await noMatch(written, path, last, at) : await noFile(written, path, last, at);
}

async function noFile(written: string, path: string, snapshot: Snapshot, at: Place): Promise<UserError> {
  const fault = (message: string, remedy: string) => new UserError("no-such-file", message, { remedy, at });
  const inside = await snapshot.list(`${path.replace(/\/$/, "")}/*`);
  if (inside.length > 0)
    return fault(`\`${written}\` is a folder`, `Name its files: \`${posix.join(written, "*")}\`.`);
  const near = nearest(
    posix.basename(path),
    (await beside(path, snapshot)).map((other) => posix.basename(other)),
  );
  return fault(
    `There is no file \`${written}\``,
    near === undefined
      ? "Write the path relative to `mlops.yml`, or make the file in a step before this one."
      : `Did you mean \`${posix.join(posix.dirname(written), near)}\`?`,
  );
}

async function noMatch(written: string, path: string, snapshot: Snapshot, at: Place): Promise<UserError> {
  const names = (await beside(path, snapshot)).map((other) => `\`${posix.basename(other)}\``);
  const shown = names.length > 5 ? [...names.slice(0, 5), "…"] : names;
  return new UserError("glob-without-match", `No file matches \`${written}\``, {
    remedy:
      names.length === 0
        ? "Write the pattern relative to `mlops.yml`; its folder is empty or absent."
        : `Its folder has ${shown.join(", ")}.`,
    at,
  });
}

function beside(path: string, snapshot: Snapshot): Promise<readonly string[]> {
  const folders = path.split("/").slice(0, -1);
  const fixed = folders.slice(
    0,
    folders.findIndex(isGlob) === -1 ? folders.length : folders.findIndex(isGlob),
  );
  return snapshot.list([...fixed, "*"].join("/"));
}
