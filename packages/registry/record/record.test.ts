import type { Manifest } from "@mlops-actions/core";
import { canonicalText } from "@mlops-actions/core";
import { describe, expect, it } from "vitest";
import { readRecorded, recorded } from "./record.ts";

const HEX = "0".repeat(64);
const MANIFEST: Manifest = {
  _type: "https://mlops-actions.dev/manifest/v1",
  model: "m",
  task: "binary",
  files: [{ role: "model", name: "model.onnx", size: 1, sha256: HEX }],
  interface: { by: "onnx", threshold: 0.5, positive: "é" },
  training: { commit: null, code: HEX, inputs: HEX, data: [] },
};
const file = (text: string) => new Map([["manifest.json", Buffer.from(text)]]);
const TEXT = canonicalText(MANIFEST);

describe("a record", () => {
  it("is the same bytes in whatever order its keys came", () => {
    const turned = Object.fromEntries(Object.entries(MANIFEST).toReversed()) as Manifest;
    expect(recorded(turned).sha256).toBe(recorded(MANIFEST).sha256);
    expect(TEXT).toMatch(/^\{\n {2}"_type": .*\n {2}"files": /);
    expect(TEXT.endsWith("}\n")).toBe(true);
  });

  it("is read as it was written", () => {
    expect(readRecorded(file(TEXT))?.manifest).toEqual(MANIFEST);
    expect(readRecorded(file(TEXT))?.sha256).toBe(recorded(MANIFEST).sha256);
  });

  it("may say more than we know", () => {
    const newer = canonicalText({ ...MANIFEST, later: { a: 1 } });
    expect(readRecorded(file(newer))?.manifest).toEqual(MANIFEST);
  });

  it.each([
    ["no file", new Map<string, Uint8Array>()],
    ["another file beside", new Map([...file(TEXT), ["README.md", Buffer.from("hi")]])],
    ["another layout", file(JSON.stringify(MANIFEST))],
    ["a key twice", file(TEXT.replace('"model": "m"', '"model": "n",\n  "model": "m"'))],
    ["no manifest", file("{}\n")],
    ["no JSON", file("{")],
    ["bytes that are no text", new Map([["manifest.json", Buffer.from([0xff, 0xfe])]])],
  ])("is none with %s", (_, files) => expect(readRecorded(files)).toBeUndefined());
});
