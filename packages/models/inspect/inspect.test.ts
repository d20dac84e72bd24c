import { link, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { openPlain } from "@mlops-actions/tables";
import { message, onnxBytes, type Part } from "@mlops-actions/testkit";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectModel } from "./inspect.ts";

const kept = join(import.meta.dirname, "../../testkit/models");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "inspect-"));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
const inspected = async (bytes: string | Uint8Array) => {
  count += 1;
  const file = join(folder, `${count}.onnx`);
  await writeFile(file, bytes);
  return inspectModel(openPlain, { file, label: "out/model.onnx" });
};
const latin = (text: string) => Buffer.from(text, "latin1");

const { model, node, opset, tensor, value } = onnxBytes;
const graph = (...parts: Part[]) => onnxBytes.graph(...parts, [11, value("x")], [12, value("y")]);
const ofNode = (one: Uint8Array) => model(graph([1, one]));
const ofTensor = (one: Uint8Array) => model(graph([5, one], [1, node("Relu")]));

describe("what is no ONNX model is called by what it is", () => {
  const call = "cos\nsystem\n(S'touch pwned'\ntR.";
  it.each([
    ["protocol 0", latin(call)],
    ["protocol 0 of a dictionary", latin("(dp0\nS'a'\np1\nI1\ns.")],
    ["protocol 1", latin("cos\nsystem\nq\x00(U\x0btouch pwnedq\x01tq\x02Rq\x03.")],
    ["protocol 2", latin("\x80\x02cos\nsystem\n.")],
    ["protocol 5", latin("\x80\x05\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os.")],
    ["in gzip", gzipSync(latin("\x80\x04\x95."))],
    ["in zlib (joblib)", deflateSync(latin("\x80\x04\x95."))],
    ["in a zip (PyTorch)", zip("archive/data.pkl", latin("\x80\x02}q."), false)],
    ["in a deflated zip", zip("data.pkl", latin("\x80\x02}q."), true)],
    ["in gzip in gzip", gzipSync(gzipSync(latin(call)))],
  ])("a pickle: %s", async (_, bytes) => {
    await expect(inspected(bytes)).rejects.toMatchObject({
      code: "model-not-onnx",
      message: expect.stringMatching(/^out\/model\.onnx is .*a Python pickle: loading it would run code/),
    });
  });

  it("a pickle in a tar archive", async () => {
    await mkdir(join(folder, "in"));
    await writeFile(join(folder, "in", "model.pkl"), "\x80\x04.", "latin1");
    await create({ file: join(folder, "model.tar"), cwd: join(folder, "in"), portable: true }, ["model.pkl"]);
    await expect(inspected(await readFile(join(folder, "model.tar")))).rejects.toMatchObject({
      message: expect.stringContaining("a tar archive that holds a Python pickle"),
    });
  });

  it.each([
    ["empty", ""],
    ["Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"],
    ["web page", "\n<!DOCTYPE html><html></html>"],
    ["safetensors", latin('\x40\x00\x00\x00\x00\x00\x00\x00{"__metadata__":{"format":"pt"}}')],
    ["LightGBM", "tree\nversion=v4\n"],
    ["XGBoost", '{"learner":{}}'],
    ["HDF5", latin("\x89HDF\r\n\x1a\n")],
    [".ort", latin("\x18\x00\x00\x00ORTM")],
    ["text", "hello"],
  ])("%s", async (what, bytes) => {
    await expect(inspected(bytes)).rejects.toMatchObject({
      code: "model-not-onnx",
      message: expect.stringContaining(what),
    });
  });

  it("a model that is cut off anywhere is damaged, never another model", async () => {
    const whole = await readFile(join(kept, "penguins.onnx"));
    for (let length = 1; length < whole.length; length += 13)
      await expect(inspected(whole.subarray(0, length))).rejects.toMatchObject({
        code: expect.stringMatching(/^model-(damaged|not-onnx)$/),
      });
  });

  it("a link and a second name of another file are not followed", async () => {
    const target = join(kept, "penguins.onnx");
    await symlink(target, join(folder, "link.onnx"));
    await writeFile(join(folder, "one.onnx"), await readFile(target));
    await link(join(folder, "one.onnx"), join(folder, "other.onnx"));
    for (const name of ["link.onnx", "other.onnx"])
      await expect(inspectModel(openPlain, { file: join(folder, name), label: name })).rejects.toMatchObject({
        code: "not-a-plain-file",
      });
  });

  it("a file of more than 2 GiB is refused before it is read", async () => {
    const file = join(folder, "large.onnx");
    await writeFile(file, "");
    await truncate(file, 2 ** 31);
    await expect(inspectModel(openPlain, { file, label: "large.onnx" })).rejects.toMatchObject({
      code: "model-too-large",
    });
    await rm(file);
  });
});

describe("a model that would reach outside itself, or is other than its bytes", () => {
  it("is the same as one that does not, but for what is refused", async () => {
    const { facts } = await inspected(ofNode(node("Relu")));
    expect(facts).toMatchObject({ irVersion: 8, inputs: [{ name: "x", type: "float", shape: [] }] });
  });

  const external = (location: string) =>
    tensor([1, 4], [2, 1], [13, message([1, "location"], [2, location])], [14, 1]);
  it.each([
    "../secret",
    "a/../../b",
    "/etc/passwd",
    "/proc/self/environ",
    "weights.bin",
    "*/_ORT_MEM_ADDR_/*",
  ])("weights elsewhere: %s", async (location) => {
    await expect(inspected(ofTensor(external(location)))).rejects.toMatchObject({
      code: "model-external-data",
      message: expect.stringContaining('"w"'),
    });
  });

  it("weights elsewhere, in an attribute of a node inside a branch", async () => {
    const constant = node("Constant", "", [5, message([1, "value"], [5, external("w.bin")])]);
    const branch = node("If", "", [5, message([1, "then_branch"], [6, graph([1, constant])])]);
    await expect(inspected(ofNode(branch))).rejects.toMatchObject({ code: "model-external-data" });
  });

  it("weights elsewhere, said by the mark alone", async () => {
    await expect(inspected(ofTensor(tensor([1, 4], [2, 1], [14, 1])))).rejects.toMatchObject({
      code: "model-external-data",
    });
  });

  it.each([
    ["PyOp", "com.microsoft", "model-runs-code"],
    ["EPContext", "com.microsoft", "model-runs-code"],
    ["Anything", "evil.corp", "model-operator"],
    ["Conv", "com.microsoft.nchwc", "model-operator"],
  ])("%s of %s", async (operator, domain, code) => {
    await expect(inspected(ofNode(node(operator, domain)))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(operator),
    });
  });

  it("functions of the model's own are no foreign operators, unless they call themselves", async () => {
    const calling = (callee: string) =>
      message([1, "f"], [4, "x"], [5, "y"], [7, node(callee, "own")], [10, "own"]);
    const first = message([1, "g"], [7, node("Relu")], [10, "own"]);
    const using = graph([1, node("f", "own")]);
    await expect(inspected(model(using, [25, calling("g")], [25, first]))).resolves.toBeDefined();
    await expect(inspected(model(using, [25, calling("f")]))).rejects.toMatchObject({
      code: "model-recursive",
    });
    const back = message([1, "g"], [7, node("f", "own")], [10, "own"]);
    await expect(inspected(model(using, [25, calling("g")], [25, back]))).rejects.toMatchObject({
      code: "model-recursive",
    });
  });

  it.each([
    ["more values than bytes", tensor([1, 1000], [2, 1], [9, new Uint8Array(16)])],
    ["sizes whose product overflows", tensor([1, 2n ** 33n], [1, 2n ** 33n], [2, 1], [9, new Uint8Array(4)])],
    ["a negative size", tensor([1, -1], [2, 1], [9, new Uint8Array(4)])],
  ])("weights with %s", async (_, one) => {
    await expect(inspected(ofTensor(one))).rejects.toMatchObject({ code: "model-shape" });
  });

  it("a constant of 8 GB that is made at run time", async () => {
    const sizes = new Uint8Array(new BigInt64Array([2_000_000_000n]).buffer);
    const made = message([1, "w"], [2, "y"], [4, "ConstantOfShape"]);
    const shape = tensor([1, 1], [2, 7], [9, sizes]);
    await expect(inspected(model(graph([5, shape], [1, made])))).rejects.toMatchObject({
      code: "model-shape",
      message: expect.stringContaining("2000000000"),
    });
  });

  it("a graph that stands there twice, which readers would join", async () => {
    const hidden = graph([5, external("../secret")]);
    await expect(inspected(message([7, hidden], [1, 8], [8, opset("")], [7, graph()]))).rejects.toMatchObject(
      { code: "model-damaged" },
    );
  });

  it("graphs inside graphs inside graphs, without end", async () => {
    let inner = graph([1, node("Relu")]);
    for (let depth = 0; depth < 200; depth++)
      inner = graph([1, node("If", "", [5, message([1, "then_branch"], [6, inner])])]);
    await expect(inspected(model(inner))).rejects.toMatchObject({ code: "model-damaged" });
  });
});

describe("classes", () => {
  it.each([
    ["adult-columns", ["<=50K", ">50K"]],
    ["adult-lightgbm", ["0", "1"]],
    ["penguins", ["Adelie", "Chinstrap", "Gentoo"]],
    ["penguins-numbers", ["0", "1", "2"]],
    ["adult-network", undefined],
  ])("are those that the graph names: %s", async (name, classes) => {
    const { facts } = await inspectModel(openPlain, { file: join(kept, `${name}.onnx`), label: name });
    expect(facts.classes).toEqual(classes);
  });
});

it("takes an input that has a constant of its name for no input", async () => {
  const inside = message([8, "x"], [1, 1], [2, 1], [9, new Uint8Array(4)]);
  const { facts } = await inspected(model(graph([5, inside], [1, node("Relu")])));
  expect(facts.inputs).toEqual([]);
});

/** A zip archive's first entry, which is all that is looked at. */
function zip(name: string, content: Buffer, isDeflated: boolean): Buffer {
  const head = Buffer.alloc(30);
  head.write("PK\x03\x04", "latin1");
  head.writeUInt16LE(isDeflated ? 8 : 0, 8);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, latin(name), isDeflated ? deflateRawSync(content) : content]);
}
