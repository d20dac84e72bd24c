import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpack } from "./unpack.ts";

interface Packed {
  name: string;
  content?: string | Buffer;
  /** Unix mode. */
  mode?: number;
  /** What the archive says; default: the truth. */
  size?: number;
  flags?: number;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let count = 0;
beforeAll(async () => {
  folder = await temporaryFolder("unpack");
});
afterAll(() => folder[Symbol.asyncDispose]());

/** A zip archive as no tool would make it. */
function zip(entries: readonly Packed[], claimed = entries.length): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, content = "x", mode = 0o100644, size, flags = 0 } of entries) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const named = Buffer.from(name);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x800 | flags, 2);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(size ?? bytes.length, 18);
    head.writeUInt16LE(named.length, 22);
    local.push(Buffer.from("PK\x03\x04"), head, named, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), head, tail, named);
    at += 30 + named.length + packed.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(claimed, 4);
  end.writeUInt16LE(claimed, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...local, list, Buffer.from("PK\x05\x06"), end]);
}

async function unpacked(archive: Buffer) {
  const root = join(folder.path, String(++count));
  await mkdir(root);
  await writeFile(join(root, "archive"), archive);
  return {
    root,
    into: join(root, "in", "side"),
    files: unpack(join(root, "archive"), join(root, "in", "side")),
  };
}

test("plain files, with their folders", async () => {
  const { into, files } = await unpacked(
    zip([
      { name: "out/", content: "", mode: 0o040755 },
      { name: "out/model.onnx", content: Buffer.alloc(3_000_000, 7) },
      { name: "a/b/ü.json", content: "{}", mode: 0 },
    ]),
  );
  expect(await files).toEqual(
    new Map([
      ["out/model.onnx", join(into, "out", "model.onnx")],
      ["a/b/ü.json", join(into, "a", "b", "ü.json")],
    ]),
  );
  expect((await readFile(join(into, "out", "model.onnx"))).equals(Buffer.alloc(3_000_000, 7))).toBe(true);
});

const GIB = 1024 ** 3;
test.each<[string, Buffer]>([
  ["a path that leads out", zip([{ name: "../evil" }])],
  ["a path that leads out further in", zip([{ name: "a/../../evil" }])],
  ["an absolute path", zip([{ name: "/tmp/evil" }])],
  ["a drive", zip([{ name: "C:evil" }])],
  ["a hidden stream", zip([{ name: "a.txt:evil" }])],
  ["a backslash", zip([{ name: "..\\evil" }])],
  ["a NUL", zip([{ name: "a\0b" }])],
  ["an empty name", zip([{ name: "" }])],
  ["a folder of no name", zip([{ name: "a//b" }])],
  ["a point", zip([{ name: "./a" }])],
  ["a symbolic link", zip([{ name: "link", content: "/etc/passwd", mode: 0o120777 }])],
  ["a device", zip([{ name: "zero", mode: 0o020666 }])],
  ["a pipe", zip([{ name: "pipe", mode: 0o010666 }])],
  ["one name twice", zip([{ name: "a" }, { name: "a", content: "other" }])],
  ["a file where a folder is", zip([{ name: "a" }, { name: "a/b" }])],
  ["encryption", zip([{ name: "a", flags: 1 }])],
  ["more bytes than it said", zip([{ name: "a", content: Buffer.alloc(10_000_000), size: 10 }])],
  ["fewer bytes than it said", zip([{ name: "a", content: "x", size: 10_000 }])],
  ["more than fits", zip(Array.from({ length: 5 }, (_, n) => ({ name: `${n}`, size: 4 * GIB - 2 })))],
  ["more entries than anybody needs", zip(Array.from({ length: 10_001 }, (_, n) => ({ name: `${n}` })))],
  ["more entries than it says", zip([{ name: "a" }, { name: "b" }], 3)],
  ["no archive", Buffer.from("<html>")],
  ["nothing", Buffer.of()],
])("%s is refused, and nothing is left behind", async (_, archive) => {
  const { root, files } = await unpacked(archive);
  await expect(files).rejects.toMatchObject({ code: "archive-refused" });
  expect((await readdir(root)).sort()).toEqual(["archive", "in"]);
  expect(await readdir(join(root, "in"))).toEqual([]);
  expect(await readdir(folder.path)).not.toContain("evil");
});

test("a folder that is there already is not written into", async () => {
  const { root, into, files } = await unpacked(zip([{ name: "a" }]));
  await files;
  await expect(unpack(join(root, "archive"), into)).rejects.toThrow("EEXIST");
  expect(await readdir(into)).toEqual(["a"]);
});
