import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ASSET_NAME, type Publication, UserError } from "@mlops-actions/core";
import { isPartName, partName } from "../record/contents.ts";
import { digestOf } from "../record/digest.ts";
import { MANIFEST_FILE, type Recorded } from "../record/record.ts";
import type { Claim, Listed } from "../tag/message.ts";

/** One asset to be sent: a whole file, or a stretch of one. */
export interface Supplied extends Listed {
  path: string;
  /** Where it begins in the file, and whether it is only a piece of it. */
  start: number;
  isPart: boolean;
}

/** Everything that a publication sends, with the digest of every asset, taken from the bytes as they lie now. */
export interface Supply extends Pick<Claim, "beside" | "parts"> {
  assets: readonly Supplied[];
}

/**
 * Checks the files of a publication against their digests and divides the large ones.
 * @throws UserError `file-changed`, `file-name` for what must not be published
 */
export async function supplyOf(
  { files }: Publication,
  record: Recorded,
  { folder, partBytes }: { folder: string; partBytes: number },
): Promise<Supply> {
  checkNames(files.map(({ name }) => name));
  const path = join(folder, MANIFEST_FILE);
  await writeFile(path, record.bytes);
  const assets: Supplied[] = [
    { name: MANIFEST_FILE, size: record.bytes.length, sha256: record.sha256, path, start: 0, isPart: false },
  ];
  const beside: Listed[] = [];
  const parts: Listed[] = [];
  const wanted = new Map(record.manifest.files.map((file) => [file.name, file]));
  for (const { name, digest, size, path } of files) {
    const own = wanted.get(name);
    const file = { name, size, sha256: digest.sha256 };
    if (size === 0)
      throw named(name, "is empty", "GitHub takes no empty files: leave it out, or write something into it.");
    if (own !== undefined && (own.sha256 !== file.sha256 || own.size !== size))
      throw changed(name, "its manifest says other bytes");
    wanted.delete(name);
    if (own === undefined) beside.push(file);
    const divided = await divide(file, path, partBytes);
    if (divided.length > 1) parts.push(...divided.map(({ name, size, sha256 }) => ({ name, size, sha256 })));
    assets.push(...divided);
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) throw new Error(`${missing} is in the manifest and not among the files`);
  return { assets, beside, parts };
}

async function divide(file: Listed, path: string, partBytes: number): Promise<Supplied[]> {
  if (file.size <= partBytes) {
    const found = await digestOf(path).catch((cause) => unreadable(file.name, cause));
    if (found.sha256 !== file.sha256 || found.size !== file.size)
      throw changed(file.name, "it was changed since");
    return [{ ...file, path, start: 0, isPart: false }];
  }
  const whole = createHash("sha256");
  const parts: Supplied[] = [];
  for (let start = 0; start < file.size; start += partBytes) {
    const size = Math.min(partBytes, file.size - start);
    const hash = createHash("sha256");
    const stretch = createReadStream(path, { start, end: start + size - 1 });
    try {
      for await (const chunk of stretch as AsyncIterable<Buffer>) {
        hash.update(chunk);
        whole.update(chunk);
      }
    } catch (cause) {
      unreadable(file.name, cause);
    }
    const name = partName(file.name, parts.length);
    parts.push({ name, size, sha256: hash.digest("hex"), path, start, isPart: true });
  }
  if (whole.digest("hex") !== file.sha256) throw changed(file.name, "it was changed since");
  return parts;
}

/** Gives the path of a file with exactly an asset's bytes: the file itself, or a piece of it that is removed afterwards. */
export async function withFile<T>(
  asset: Supplied,
  scratch: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (!asset.isPart) return use(asset.path);
  const folder = await mkdtemp(join(scratch, "part-"));
  try {
    const path = join(folder, asset.name);
    await pipeline(
      createReadStream(asset.path, { start: asset.start, end: asset.start + asset.size - 1 }),
      createWriteStream(path, { flags: "wx" }),
    );
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkNames(names: readonly string[]): void {
  const seen = new Set([MANIFEST_FILE]);
  for (const name of names) {
    if (!ASSET_NAME.test(name))
      throw named(
        name,
        "has a name that a release cannot keep",
        "Rename it: letters, digits, `.`, `_`, `-`.",
      );
    if (isPartName(name)) throw named(name, "is called like a part of another file", "Rename it.");
    // Some of the disks that this is downloaded to hold `Model.onnx` and `model.onnx` for one.
    const key = name.toLowerCase();
    if (seen.has(key)) throw named(name, "is there twice", "Give every file of a version a name of its own.");
    seen.add(key);
  }
}

function named(name: string, what: string, remedy: string): UserError {
  return new UserError("file-name", `\`${name}\` ${what}`, { remedy });
}

function changed(name: string, why: string): UserError {
  return new UserError("file-changed", `\`${name}\` is not what was judged: ${why}`, {
    remedy: "Run the stages again, and let nothing write to their files in between.",
  });
}

function unreadable(name: string, cause: unknown): never {
  throw new UserError("file-changed", `\`${name}\` cannot be read: ${(cause as Error).message}`, {
    remedy: "Run the stages again, and let nothing remove their files in between.",
    cause,
  });
}
