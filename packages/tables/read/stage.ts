import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { UserError } from "@mlops-actions/core";
import { type Content, contentOf } from "./content.ts";

/** Looks at the bytes on their way and gives what the engine shall read of them. */
export interface Filter {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

export interface Staged {
  sha256: string;
  bytes: number;
}

const chunkSize = 1 << 20;

/**
 * Copies one file to a private path, through `filterFor(content)`, and digests what it read. The engine reads the
 * copy, so nothing that happens to the original afterwards, and no link, can change what was measured.
 *
 * @throws UserError when it is no plain file with one name, or changes while it is read
 */
export async function stage(
  path: string,
  shownAs: string,
  copy: string,
  filterFor: (content: Content) => Filter,
): Promise<Staged> {
  const source = await openPlain(path, shownAs);
  try {
    const before = await source.stat();
    const target = await open(copy, "wx", 0o600);
    try {
      const staged = await pump(source, target, filterFor);
      const after = await source.stat();
      const same =
        after.size === before.size && after.mtimeMs === before.mtimeMs && staged.bytes === before.size;
      if (!same) {
        throw new UserError("file-changed", `${shownAs} changed while it was read.`, {
          remedy: "Wait until whatever writes it has finished, then run again.",
          at: { file: shownAs },
        });
      }
      await target.chmod(0o400);
      return staged;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function pump(source: FileHandle, target: FileHandle, filterFor: (content: Content) => Filter) {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(chunkSize);
  let filter: Filter | undefined;
  let bytes = 0;
  for (;;) {
    const length = await fill(source, buffer);
    const chunk = buffer.subarray(0, length);
    filter ??= filterFor(contentOf(chunk));
    if (length === 0) break;
    bytes += length;
    hash.update(chunk);
    await writeAll(target, filter.push(chunk));
    if (length < chunkSize) break;
  }
  await writeAll(target, filter.end());
  return { sha256: hash.digest("hex"), bytes };
}

/** Whole chunks, so that the first one holds all of a file's signature. */
async function fill(source: FileHandle, buffer: Buffer): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await source.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

async function writeAll(target: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await target.write(bytes, done)).bytesWritten;
  }
}

/**
 * Opens a plain file with one name: no link to follow, no pipe to wait at.
 * @throws UserError for anything else
 */
export async function openPlain(path: string, shownAs: string): Promise<FileHandle> {
  const named = await lstat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError("file-not-found", `${shownAs} cannot be read (${cause.code ?? cause.message}).`, {
      remedy: "Check the path in mlops.yml; it is relative to the project's folder.",
      at: { file: shownAs },
      cause,
    });
  });
  if (named.isSymbolicLink()) throw refused(shownAs, "a symbolic link");
  if (!named.isFile()) throw refused(shownAs, named.isDirectory() ? "a folder" : "no regular file");
  if (named.nlink !== 1) throw refused(shownAs, `one of ${named.nlink} hard links to the same file`);
  // Between the look and the open it may have become another thing: a link is not followed, a pipe does not block.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new UserError(
        "file-not-readable",
        `${shownAs} cannot be opened (${cause.code ?? cause.message}).`,
        {
          remedy: "Check that the file is there and that this user may read it.",
          at: { file: shownAs },
          cause,
        },
      );
    },
  );
  const opened = await handle.stat();
  if (!opened.isFile() || opened.nlink !== 1 || opened.ino !== named.ino || opened.dev !== named.dev) {
    await handle.close();
    throw refused(shownAs, "another file than a moment ago");
  }
  return handle;
}

function refused(shownAs: string, what: string): UserError {
  return new UserError("not-a-plain-file", `${shownAs} is ${what}; only plain files are read.`, {
    remedy: "Put a copy of the data itself there.",
    at: { file: shownAs },
  });
}
