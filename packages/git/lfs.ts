import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** What Git LFS commits in a file's place: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export interface Pointer {
  oid: string;
}

const MAX_POINTER_BYTES = 1024;
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;

export async function pointer(file: string): Promise<Pointer | undefined> {
  if ((await lstat(file)).size >= MAX_POINTER_BYTES) return undefined;
  await using handle = await open(file, "r");
  const [, oid] = POINTER.exec(await handle.readFile("utf8")) ?? [];
  return oid === undefined ? undefined : { oid };
}

/** The local copy of the object, or the file of the working tree that has its bytes; both only after hashing them. */
export async function fetched(
  root: string,
  { oid }: Pointer,
  workspace?: string,
): Promise<string | undefined> {
  const stored = join(root, ".git/lfs/objects", oid.slice(0, 2), oid.slice(2, 4), oid);
  for (const file of workspace === undefined ? [stored] : [workspace, stored])
    if ((await sha256(file)) === oid) return file;
  return undefined;
}

async function sha256(file: string): Promise<string | undefined> {
  if (!(await lstat(file).catch(() => undefined))?.isFile()) return undefined;
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
