import { describe, expect, it } from "vitest";
import { type Marker, printMarker, readMarker } from "./marker.ts";
import { releaseNotes, sized } from "./notes.ts";

const MARKER: Marker = {
  model: "census-income",
  record: "0123456789012345678901234567890123456789",
  manifest: "ab".repeat(32),
  key: "key-1",
  run: { repositoryId: 1, runId: 2, attempt: 3 },
};

describe("the mark in a release's body", () => {
  it("is read back from the notes, with a run and without", () => {
    expect(readMarker(releaseNotes(MARKER, "1.4.0", []).body)).toEqual(MARKER);
    const { run: _, ...without } = MARKER;
    expect(readMarker(printMarker(without))).toEqual(without);
  });

  it("survives an editor that ends lines as Windows does, and text around it", () => {
    expect(readMarker(`Note:\r\n${printMarker(MARKER)}\r\nbye`)).toEqual(MARKER);
  });

  it("is believed only when it is whole and alone", () => {
    const line = printMarker(MARKER);
    expect(readMarker("")).toBeUndefined();
    expect(readMarker(`${line}\n${line}`)).toBeUndefined();
    expect(readMarker(`> ${line}`)).toBeUndefined();
    expect(readMarker(line.replace("run=1/2/3", "run=1/2"))).toBeUndefined();
    expect(readMarker(line.replace("model=census-income", "model=Census"))).toBeUndefined();
  });
});

it("a size is said in powers of ten", () => {
  expect([0, 999, 1000, 4_100_000, 123_456_789, 2e9].map(sized)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "4.1 MB",
    "123 MB",
    "2.0 GB",
  ]);
});
