import { createHash } from "node:crypto";
import { RECORD_COMMIT } from "./record-commit.ts";

/** The Git objects of a record, by their SHA-1 names. */
export interface RecordObjects {
  /** By file name. */
  blobs: ReadonlyMap<string, string>;
  tree: string;
  commit: string;
}

/**
 * What Git will call a record of these files, computed without Git: a commit without parent whose tree is exactly these files.
 * @throws Error for a name with a slash: a record is one folder
 */
export function recordObjects(files: ReadonlyMap<string, Uint8Array>): RecordObjects {
  const blobs = new Map([...files].map(([name, bytes]) => [name, gitObjectId("blob", bytes)]));
  const entries = [...blobs]
    .map(([name, blob]) => ({ name: Buffer.from(name), blob }))
    .sort((a, b) => Buffer.compare(a.name, b.name))
    .map(({ name, blob }) => {
      if (name.includes("/")) throw new Error(`a record has no folders: ${name}`);
      return Buffer.concat([Buffer.from("100644 "), name, Buffer.of(0), Buffer.from(blob, "hex")]);
    });
  const tree = gitObjectId("tree", Buffer.concat(entries));
  const { author, date, message } = RECORD_COMMIT;
  const who = `${author.name} <${author.email}> ${Date.parse(date) / 1000} +0000`;
  const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\n${message}`;
  return { blobs, tree, commit: gitObjectId("commit", Buffer.from(text)) };
}

/** Git's name for an object in a repository with SHA-1. */
export function gitObjectId(type: "blob" | "tree" | "commit", bytes: Uint8Array): string {
  return createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest("hex");
}
