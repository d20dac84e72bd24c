/** What a file is by its first bytes, whatever it is called. */
export type Content =
  | { kind: "empty" }
  | { kind: "text" }
  | { kind: "parquet" }
  | { kind: "other"; what: string; remedy: string };

const unpack = "Unpack it first; compressed files are not read.";
const convert = "Save it as CSV, Parquet or JSON lines.";
const pointer = "Fetch the real file first: `git lfs pull`, or `lfs: true` at actions/checkout.";

const signatures: readonly [at: number, bytes: string, what: string, remedy: string][] = [
  [0, "PARE", "an encrypted Parquet file", "Write it without encryption."],
  [0, "\x1f\x8b", "a gzip archive", unpack],
  [0, "\x28\xb5\x2f\xfd", "a Zstandard archive", unpack],
  [0, "BZh", "a bzip2 archive", unpack],
  [0, "\xfd7zXZ", "an xz archive", unpack],
  [0, "PK\x03\x04", "a zip archive (an Excel workbook is one, too)", convert],
  [0, "\xd0\xcf\x11\xe0", "an old Excel workbook", convert],
  [0, "version https://git-lfs", "a Git LFS pointer, not the data", pointer],
  [8, "DUCK", "a DuckDB database", convert],
  [0, "SQLite format 3", "an SQLite database", convert],
  [0, "\x93NUMPY", "a NumPy array", convert],
  [0, "\x89HDF", "an HDF5 file", convert],
  [0, "ARROW1", "an Arrow file", convert],
  [0, "Obj\x01", "an Avro file", convert],
  [0, "ORC", "an ORC file", convert],
  [0, "%PDF", "a PDF", convert],
  [0, "\x80\x02", "a Python pickle", convert],
  [0, "\x80\x03", "a Python pickle", convert],
  [0, "\x80\x04", "a Python pickle", convert],
  [0, "\x80\x05", "a Python pickle", convert],
  [0, "\xff\xfe", "UTF-16 text", "Save it as UTF-8."],
  [0, "\xfe\xff", "UTF-16 text", "Save it as UTF-8."],
];

/** @param head the first bytes of the file, at least 64 where it has them */
export function contentOf(head: Uint8Array): Content {
  if (head.length === 0) return { kind: "empty" };
  const text = Buffer.from(head.subarray(0, 512)).toString("latin1");
  if (text.startsWith("PAR1")) return { kind: "parquet" };
  for (const [at, bytes, what, remedy] of signatures) {
    if (text.startsWith(bytes, at) && !isWord(text, bytes)) return { kind: "other", what, remedy };
  }
  if (/^\s*(<!doctype|<html|<head|<\?xml)/i.test(text)) {
    return {
      kind: "other",
      what: "a web page (HTML or XML), often what a download gives instead of an error",
      remedy: "Look at what the address of the download returns, and fetch the data itself.",
    };
  }
  if (/^[^\0]\0[^\0]\0|^\0[^\0]\0[^\0]/.test(text)) {
    return { kind: "other", what: "UTF-16 text", remedy: "Save it as UTF-8." };
  }
  return { kind: "text" };
}

/** `ORC` and `BZh` are also how a column may be called: letters go on behind them. */
function isWord(text: string, bytes: string): boolean {
  return /^[A-Za-z]+$/.test(bytes) && /^[\x20-\x7e\r\n\t]+$/.test(text);
}
