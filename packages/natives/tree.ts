import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/**
 * SHA-256 over the sorted lines `<sha256>  <path>` of all files of a folder but the omitted: one more, one fewer or one changed byte gives another.
 * @throws Error for anything that is neither file nor folder: a link could lead to bytes that were not hashed
 */
export async function treeDigest(
  folder: string,
  isOmitted: (path: string) => boolean = () => false,
): Promise<string> {
  const lines = await Promise.all(
    (await files(folder, ""))
      .filter((path) => !isOmitted(path))
      .sort()
      .map(async (path) => `${await fileDigest(join(folder, path))}  ${path}\n`),
  );
  return createHash("sha256").update(lines.join("")).digest("hex");
}

async function files(root: string, below: string): Promise<string[]> {
  if (!(await lstat(join(root, below))).isDirectory())
    throw new Error(`${join(root, below)} is not a folder`);
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return files(root, path);
      if (!entry.isFile()) throw new Error(`${join(root, path)} is neither a file nor a folder`);
      return [path];
    }),
  );
  return found.flat();
}

async function fileDigest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
