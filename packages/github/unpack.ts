import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "@mlops-actions/core";
import { type Entry, openPromise, type ZipFile } from "yauzl";

export const MAX_ENTRIES = 10_000;
/** Of everything in an archive, unpacked. Models of today are large; a disk that fills up ends the job anyway. */
export const MAX_UNPACKED_BYTES = 16 * 1024 ** 3;

const FILE = 0o100000;
const FOLDER = 0o040000;

/**
 * Unpacks a zip archive that anybody may have made into a new folder: plain files below it and nothing else. All names and sizes are
 * judged before the first byte is written, and no file becomes larger than the archive said.
 * @returns the files by their paths in the archive, absolute
 * @throws UserError `archive-refused`; nothing is left behind
 */
export async function unpack(archive: string, into: string): Promise<ReadonlyMap<string, string>> {
  await mkdir(dirname(into), { recursive: true });
  await mkdir(into);
  let zip: ZipFile | undefined;
  try {
    // The library refuses absolute paths, `..`, backslashes, and more bytes than an entry promised.
    zip = await openPromise(archive, { lazyEntries: true, autoClose: false, strictFileNames: true }).catch(
      refused,
    );
    const files = new Map<string, string>();
    for (const entry of await entriesOf(zip)) {
      const path = join(into, ...entry.fileName.split("/"));
      await mkdir(dirname(path), { recursive: true }).catch(refused);
      const bytes = await zip.openReadStreamPromise(entry).catch(refused);
      await pipeline(bytes, createWriteStream(path, { flags: "wx" })).catch(refused);
      files.set(entry.fileName, path);
    }
    return files;
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    throw error;
  } finally {
    zip?.close();
  }
}

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MAX_ENTRIES) throw refusal(`it has ${zip.entryCount} entries`);
  const entries: Entry[] = [];
  let size = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      size += entry.uncompressedSize;
      const why =
        entries.length >= MAX_ENTRIES
          ? `it has more than ${MAX_ENTRIES} entries`
          : size > MAX_UNPACKED_BYTES
            ? `it would become larger than ${MAX_UNPACKED_BYTES} bytes`
            : whyNot(entry);
      if (why !== undefined) throw refusal(why);
      if (!entry.fileName.endsWith("/")) entries.push(entry);
    }
  } catch (error) {
    refused(error);
  }
  return entries;
}

function whyNot(entry: Entry): string | undefined {
  const name = JSON.stringify(entry.fileName.slice(0, 200));
  const parts = entry.fileName.replace(/\/$/, "").split("/");
  // A colon is a drive or a hidden stream on Windows.
  if (/\p{Cc}|:/u.test(entry.fileName) || parts.some((part) => part === "" || part === "." || part === ".."))
    return `the name ${name} is not a plain path`;
  if (entry.isEncrypted()) return `${name} is encrypted`;
  // Above the MS-DOS attributes lies what Unix calls a file's mode, if a Unix made the archive.
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (kind !== 0 && kind !== FILE && kind !== FOLDER) return `${name} is a link or a device`;
  return undefined;
}

function refused(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code;
  // A full disk is not the archive's fault; two entries of one name are.
  if (
    error instanceof UserError ||
    (code !== undefined && /^(ENOSPC|EDQUOT|EACCES|EROFS|EMFILE|EIO)$/.test(code))
  )
    throw error;
  throw refusal(error instanceof Error ? error.message : String(error));
}

function refusal(why: string): UserError {
  return new UserError("archive-refused", `The archive is not unpacked: ${why}`, {
    remedy: "upload plain files with actions/upload-artifact or with `train`, and nothing else",
  });
}
