import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentOf } from "./content.ts";

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "content-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function content(bytes: Uint8Array | string) {
  const file = join(folder, `file-${++files}`);
  await writeFile(file, bytes);
  return contentOf(file);
}

// `pickle.dumps({"a": 1}, protocol=4)`, and a text one that calls `os.system`.
const PICKLE = Buffer.from(
  "80049500000000000000007d948c0161944b01732e".replace("9500000000000000", "950a00000000000000"),
  "hex",
);
const TEXT_PICKLE = "cos\nsystem\n(S'true'\ntR.";

function npy(descr: string): Buffer {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }\n`;
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
  ]);
}

/** A zip file of these entries, as APPNOTE has it. */
function zip(entries: Readonly<Record<string, Buffer>>, deflated = false): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, plain] of Object.entries(entries)) {
    const bytes = deflated ? deflateRawSync(plain) : plain;
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(deflated ? 8 : 0, 8);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(deflated ? 8 : 0, 10);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    local.push(head, Buffer.from(name), bytes);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

describe("what executes code", () => {
  it.each<[string, Uint8Array | string]>([
    ["a pickle", PICKLE],
    ["a pickle of version 2", Buffer.from("80027d71002e", "hex")],
    ["a pickle in text", TEXT_PICKLE],
    ["a pickle in gzip", gzipSync(PICKLE)],
    ["a pickle in zlib, as joblib writes it", deflateSync(PICKLE)],
    ["a pickle in zstd", zstdCompressSync(PICKLE)],
    ["a pickle in gzip in gzip", gzipSync(gzipSync(PICKLE))],
    ["PyTorch's format", zip({ "archive/data.pkl": PICKLE, "archive/data/0": Buffer.alloc(64) })],
    ["a pickle in a zip by another name", zip({ "a.json": Buffer.from("{}"), "weights.bin": PICKLE }, true)],
    ["an .npz with objects", zip({ "a.npy": npy("'|O'") })],
    ["an array of objects", npy("'|O'")],
    ["an array of records with objects", npy("[('a', '<f8'), ('b', '|O')]")],
    ["bzip2, which cannot be looked into", "BZh91AY&SY"],
    ["a zip whose directory is gone", zip({ "a.txt": Buffer.from("x") }).subarray(0, 40)],
  ])("%s", async (_, bytes) => {
    expect(await content(bytes)).toMatchObject({ executesCode: true });
  });
});

describe("what does not", () => {
  it.each<[string, Uint8Array | string, string]>([
    ["ONNX", Buffer.from([8, 10, 18, 4, 116, 101, 115, 116]), "other"],
    ["a text, as LightGBM writes it", "tree\nversion=v4\nnum_class=1\n", "other"],
    [
      "safetensors with a header of 640 bytes",
      Buffer.concat([Buffer.from([0x80, 2, 0, 0, 0, 0, 0, 0]), Buffer.from('{"a":1}'.padEnd(640))]),
      "other",
    ],
    [
      "weights that begin like a version of pickle and go on otherwise",
      Buffer.from([0x80, 2, 0xff, 0xff]),
      "other",
    ],
    ["an array of numbers", npy("'<f8'"), "numpy"],
    ["an .npz of numbers", zip({ "a.npy": npy("'<f8'"), "b.npy": npy("'<i4'") }, true), "zip"],
    ["JSON in gzip", gzipSync('{"a": 1}'), "compressed"],
    ["JSON", '{"a": 1}', "other"],
    ["an empty zip", zip({}), "zip"],
  ])("%s", async (_, bytes, kind) => {
    expect(await content(bytes)).toEqual({ kind, executesCode: false });
  });
});

describe.runIf(spawnSync("python3", ["--version"]).status === 0)("what Python writes", () => {
  it.each([0, 1, 2, 3, 4, 5])("a pickle of protocol %i of an object", async (protocol) => {
    const file = join(folder, `python-${protocol}`);
    const program = `import pickle, datetime; pickle.dump(datetime.date(2020, 1, 1), open(${JSON.stringify(file)}, "wb"), protocol=${protocol})`;
    execFileSync("python3", ["-c", program]);
    expect(await contentOf(file)).toEqual({ kind: "pickle", executesCode: true });
  });
});
