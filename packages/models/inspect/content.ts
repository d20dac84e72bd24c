import { gunzipSync, inflateRawSync, constants as zlib } from "node:zlib";

// Archives inside archives; what is asked for is a name, so a few levels will do.
const DEEPEST = 4;
const PEEK = 1 << 16;

const SIGNATURES: readonly [at: number, bytes: string, what: string][] = [
  [0, "version https://git-lfs", "a Git LFS pointer, not the model"],
  [0, "PAR1", "a Parquet file"],
  [0, "\x89HDF", "an HDF5 file (Keras)"],
  [0, "\x93NUMPY", "a NumPy array"],
  [0, "GGUF", "a GGUF file"],
  [4, "ORTM", "a model in onnxruntime's own format (.ort)"],
  [4, "TFL3", "a TensorFlow Lite model"],
  [0, "tree\nversion=", "a LightGBM model in LightGBM's own format"],
  [0, '{"learner"', "an XGBoost model in XGBoost's own format"],
  [0, "binf", "an XGBoost model in XGBoost's own format"],
  [0, "CBM1", "a CatBoost model in CatBoost's own format"],
  [0, "\x28\xb5\x2f\xfd", "a Zstandard archive"],
  [0, "BZh", "a bzip2 archive"],
  [0, "\xfd7zXZ", "an xz archive"],
];

/** What bytes that are no ONNX model are instead, as a noun; `undefined` where nothing is recognised. */
export function contentOf(bytes: Uint8Array, depth = 0): string | undefined {
  if (bytes.length === 0) return "empty";
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PEEK));
  const text = head.toString("latin1");
  const found = SIGNATURES.find(([at, signature]) => text.startsWith(signature, at));
  if (found !== undefined) return found[2];
  if (isPickle(text, bytes)) return "a Python pickle";
  if (isSafetensors(head)) return "a safetensors file: weights without the model they belong to";
  if (depth < DEEPEST) {
    if (text.startsWith("\x1f\x8b")) return inside("a gzip archive", unzipped(bytes), depth);
    if (text.startsWith("PK\x03\x04")) return inside("a zip archive", firstOfZip(head), depth);
    if (text.startsWith("ustar", 257)) return inside("a tar archive", head.subarray(512), depth);
    // joblib's `compress=`
    if (bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(bytes[1] ?? 0))
      return inside("zlib data", inflated(bytes.subarray(2)), depth);
  }
  if (/^\s*(<!doctype|<html|<head|<\?xml)/i.test(text))
    return "a web page (HTML or XML), often what a download gives instead of an error";
  return /^[\t\n\r -~]*$/.test(text) ? "text" : undefined;
}

/** Protocols 2 to 5 begin with a mark; 0 and 1 are opcodes as text, and end in a full stop like all. */
function isPickle(text: string, bytes: Uint8Array): boolean {
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5) return true;
  if (bytes.at(-1) !== 0x2e) return false;
  return /^\(*(c[\w.]+\n[\w.]+\n|[dl(\]})]|[IFSVp][^\n]{0,200}\n|[KMJ])/.test(text) && /[\n(\]}]/.test(text);
}

/** A length, then a JSON object of that length. */
function isSafetensors(head: Buffer): boolean {
  return (
    head.length > 9 &&
    head.readBigUInt64LE(0) <= 100_000_000n &&
    /^\{\s*"/.test(head.toString("latin1", 8, 32))
  );
}

function inside(archive: string, first: Uint8Array | undefined, depth: number): string {
  const what = first === undefined ? undefined : contentOf(first, depth + 1);
  return what === undefined ? archive : `${archive} that holds ${what}`;
}

// What an archive holds is looked at no further than its beginning, so a bomb costs no memory.
function unzipped(bytes: Uint8Array): Uint8Array | undefined {
  return begun(() =>
    gunzipSync(bytes.subarray(0, PEEK), { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: PEEK * 1100 }),
  );
}

function inflated(bytes: Uint8Array): Uint8Array | undefined {
  return begun(() =>
    inflateRawSync(bytes.subarray(0, PEEK), { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: PEEK * 1100 }),
  );
}

function firstOfZip(head: Buffer): Uint8Array | undefined {
  if (head.length < 30) return undefined;
  const start = 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const data = head.subarray(start);
  return head.readUInt16LE(8) === 0 ? data : inflated(data);
}

function begun(unpack: () => Uint8Array): Uint8Array | undefined {
  try {
    return unpack();
  } catch {
    return undefined;
  }
}
