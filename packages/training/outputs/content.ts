import { type FileHandle, open } from "node:fs/promises";
import { constants, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";

/** What a file is by its bytes, whatever it is called. */
export interface Content {
  kind: "pickle" | "zip" | "compressed" | "tar" | "numpy" | "hdf5" | "other";
  /** Loading it runs code that it brings: pickle and its kin, also inside of containers. */
  executesCode: boolean;
}

const HEAD = 64 * 1024;
const ENTRY_HEAD = 4096;
const MAX_DIRECTORY = 16 * 1024 * 1024;
const MAX_ENTRIES = 20_000;

/** Looks into a file. What cannot be looked into is taken for what executes code. */
export async function contentOf(path: string): Promise<Content> {
  await using handle = await open(path, "r");
  const { size } = await handle.stat();
  const head = await bytesAt(handle, 0, Math.min(HEAD, size));
  const kind = kindOf(head);
  if (kind === "zip") return { kind, executesCode: await isZipOfCode(handle, size) };
  return { kind, executesCode: isCode(head, 0) };
}

function kindOf(head: Buffer): Content["kind"] {
  const begins = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte);
  if (isSafetensors(head)) return "other";
  if (begins(0x50, 0x4b, 3, 4) || begins(0x50, 0x4b, 5, 6)) return "zip";
  // gzip, zlib (joblib's default), bzip2, xz, zstd, LZ4
  if (begins(0x1f, 0x8b) || isZlib(head) || begins(0x42, 0x5a, 0x68) || begins(0xfd, 0x37, 0x7a, 0x58, 0x5a))
    return "compressed";
  if (begins(0x28, 0xb5, 0x2f, 0xfd) || begins(4, 0x22, 0x4d, 0x18)) return "compressed";
  if (head.subarray(257, 262).toString("latin1") === "ustar") return "tar";
  if (begins(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return "numpy";
  if (begins(0x89, 0x48, 0x44, 0x46)) return "hdf5";
  return isPickle(head) ? "pickle" : "other";
}

function isCode(head: Buffer, depth: number): boolean {
  switch (kindOf(head)) {
    case "pickle":
      return true;
    case "numpy":
      // The header is a literal of Python's; `O` is an object, and that a pickle.
      return /'descr': *(?:'\|?O|\[.*'\|?O)/s.test(head.subarray(0, 4096).toString("latin1"));
    case "compressed": {
      const inside = depth < 3 ? opened(head) : undefined;
      return inside === undefined || isCode(inside, depth + 1);
    }
    case "zip":
    case "tar":
      // Inside of another file only its beginning is here.
      return true;
    default:
      return false;
  }
}

// As much of it as its beginning holds; `undefined` where nothing here can open it.
function opened(head: Buffer): Buffer | undefined {
  const partly = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 };
  try {
    if (head[0] === 0x1f) return gunzipSync(head, partly);
    if (head[0] === 0x28)
      return zstdDecompressSync(head, {
        finishFlush: constants.ZSTD_e_continue,
        maxOutputLength: 64 * 1024 * 1024,
      });
    return isZlib(head) ? inflateSync(head, partly) : undefined;
  } catch {
    return undefined;
  }
}

// RFC 1950: method 8, a window of at most 32 kB, and a header that divides by 31.
function isZlib(head: Buffer): boolean {
  const [first = 0, second = 0] = head;
  return first === 0x78 && (first * 256 + second) % 31 === 0;
}

// The length of a header of JSON comes first, and could look like anything.
function isSafetensors(head: Buffer): boolean {
  return head.length > 9 && head[8] === 0x7b && head.readBigUInt64LE(0) < 100_000_000n;
}

// The opcodes that may follow the version (Python's pickletools), and how the text of versions 0 and 1 begins.
const OPCODES = /^[(.0-2FIJKLMNPQRSTUVXabcde}ghijl\]opqrst)uGBC\x80-\x98]/;
const TEXT = /^(?:\(?c[\w.]+\n[\w.]+\n|\((?:lp|dp|i[\w.]+\n)|[\]}]q)/;

function isPickle(head: Buffer): boolean {
  const [first, version = 0] = head;
  if (first === 0x80) return version >= 2 && version <= 5 && OPCODES.test(head.toString("latin1", 2, 3));
  return TEXT.test(head.toString("latin1", 0, 512));
}

/** PyTorch's own format and `.npz` are zip files. */
async function isZipOfCode(handle: FileHandle, size: number): Promise<boolean> {
  const entries = await entriesOf(handle, size);
  if (entries === undefined) return true;
  for (const { name, method, offset, bytes } of entries) {
    if (/\.pkl$|\.pickle$/i.test(name)) return true;
    const local = await bytesAt(handle, offset, 30);
    if (local.length < 30) return true;
    const start = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    const head = await bytesAt(handle, start, Math.min(ENTRY_HEAD, bytes));
    const inside = method === 0 ? head : method === 8 ? inflated(head) : undefined;
    if (inside === undefined || isCode(inside, 1)) return true;
  }
  return false;
}

function inflated(head: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 });
  } catch {
    return undefined;
  }
}

interface ZipEntry {
  name: string;
  method: number;
  offset: number;
  bytes: number;
}

/** The central directory of a zip file (APPNOTE 4.3.12 to 4.3.16); `undefined` where it is broken or too large. */
async function entriesOf(handle: FileHandle, size: number): Promise<ZipEntry[] | undefined> {
  const length = Math.min(size, 22 + 0xffff);
  const tail = await bytesAt(handle, size - length, length);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end === -1 || end + 22 > tail.length) return undefined;
  let place = { at: tail.readUInt32LE(end + 16), bytes: tail.readUInt32LE(end + 12) };
  if (place.at === 0xffffffff || tail.readUInt16LE(end + 10) === 0xffff) {
    const locator = tail.subarray(end - 20, end);
    if (end < 20 || locator.readUInt32LE(0) !== 0x07064b50) return undefined;
    const record = await bytesAt(handle, Number(locator.readBigUInt64LE(8)), 56);
    if (record.length < 56) return undefined;
    place = { at: Number(record.readBigUInt64LE(48)), bytes: Number(record.readBigUInt64LE(40)) };
  }
  if (place.bytes > MAX_DIRECTORY || place.at + place.bytes > size) return undefined;
  const directory = await bytesAt(handle, place.at, place.bytes);
  const found: ZipEntry[] = [];
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50 || found.length === MAX_ENTRIES) return undefined;
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const offset = directory.readUInt32LE(at + 42);
    const fields = directory.subarray(at + 46 + name, at + 46 + name + extra);
    found.push({
      name: directory.toString("utf8", at + 46, at + 46 + name),
      method: directory.readUInt16LE(at + 10),
      offset: offset === 0xffffffff ? wideOffset(fields, directory, at) : offset,
      bytes: directory.readUInt32LE(at + 20),
    });
    at += 46 + name + extra + comment;
  }
  return found;
}

// The wide fields stand in the order of those that are full: size, compressed size, offset.
function wideOffset(fields: Buffer, directory: Buffer, at: number): number {
  for (let here = 0; here + 4 <= fields.length; here += 4 + fields.readUInt16LE(here + 2)) {
    if (fields.readUInt16LE(here) !== 1) continue;
    const before = [24, 20].filter((field) => directory.readUInt32LE(at + field) === 0xffffffff).length;
    const place = here + 4 + 8 * before;
    return place + 8 <= fields.length ? Number(fields.readBigUInt64LE(place)) : Number.MAX_SAFE_INTEGER;
  }
  return Number.MAX_SAFE_INTEGER;
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}
