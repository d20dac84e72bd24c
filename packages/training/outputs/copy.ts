import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { UserError } from "@mlops-actions/core";
import { type Declared, isBelow } from "./output-path.ts";

/** Bytes as they were copied. */
export interface Copied {
  size: number;
  sha256: string;
}

const CHUNK = 1 << 20;

/**
 * Copies one plain file of the project to a new file, and digests what was copied: what happens to the original afterwards changes
 * nothing.
 * @param shown how messages call it
 * @throws UserError `output-refused` for links out of the project, hard links, and what is no file; `no-output` for an empty one
 */
export async function copyPlain(
  from: string,
  to: string,
  declared: Declared,
  shown: string,
): Promise<Copied> {
  const { root, at } = declared;
  const refuse = (what: string) =>
    new UserError("output-refused", `\`${shown}\` ${what}`, {
      remedy: "Let training write a plain file there.",
      at,
    });
  const real = await realpath(from);
  if (!isBelow(real, await realpath(root))) throw refuse("is a link that leads out of the project's folder");
  if (!(await lstat(real)).isFile()) throw refuse("is not a regular file");
  // Whatever has come there meanwhile: not followed, not waited for.
  await using source = await open(
    real,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  const before = await source.stat();
  if (!before.isFile()) throw refuse("is not a regular file");
  if (before.nlink > 1) throw refuse("is a hard link: the same file has another name");
  const mode = before.mode & 0o100 ? 0o755 : 0o644;
  try {
    await using target = await open(to, "wx", mode);
    await target.chmod(mode);
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(CHUNK);
    let size = 0;
    for (;;) {
      const { bytesRead } = await source.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      await target.writeFile(piece);
      size += bytesRead;
    }
    if (size === 0)
      throw new UserError("no-output", `\`${shown}\` is empty`, {
        remedy: "Let training write it before it ends, and close it.",
        at,
      });
    return { size, sha256: hash.digest("hex") };
  } catch (error) {
    throw diskFull(error) ?? error;
  }
}

/** The user's words for a disk that has no room left; `undefined` for everything else. */
export function diskFull(error: unknown): UserError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT") return undefined;
  return new UserError("disk-full", "There is no room left on the disk for what training has made", {
    remedy: "Use a machine with a larger disk, or remove what is not needed before.",
    cause: error,
  });
}
