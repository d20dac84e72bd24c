import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseAssignment,
  parseClaim,
  parseRemark,
  printAssignment,
  printClaim,
  printRemark,
} from "./message.ts";

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const file = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
  size: fc.nat(),
  sha256: hex,
});
const files = fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 5 });
const run = fc.record({ repositoryId: fc.nat(), runId: fc.nat(), attempt: fc.nat(999_999) });
const claim = fc.record(
  { release: fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/), run, beside: files, parts: files },
  { requiredKeys: ["release", "beside", "parts"] },
);
const title = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constant("a\n\nRelease: evil\r\nRun: 1/2/3"),
);
const HEX = "0".repeat(64);

describe("the message of a version's tag", () => {
  it("is read as it was written, whatever its first line says", () => {
    fc.assert(
      fc.property(
        title,
        claim,
        (text, said) => void expect(parseClaim(printClaim(text, said))).toEqual(said),
      ),
    );
  });

  it("has a first line for people and lines of keys and values", () => {
    const message = printClaim("census-income 1.4.0", {
      release: "123",
      run: { repositoryId: 1, runId: 2, attempt: 3 },
      beside: [{ name: "card.md", size: 10, sha256: HEX }],
      parts: [{ name: "model.onnx.part-001", size: 20, sha256: HEX }],
    });
    expect(message).toBe(
      `census-income 1.4.0\n\nRelease: 123\nRun: 1/2/3\nAsset: ${HEX} 10 card.md\nPart: ${HEX} 20 model.onnx.part-001`,
    );
  });

  it.each([
    ["nothing but a title", "census-income 1.4.0"],
    ["no release", "t\n\nRun: 1/2/3"],
    ["two releases", "t\n\nRelease: 1\nRelease: 2"],
    ["two runs", "t\n\nRelease: 1\nRun: 1/2/3\nRun: 1/2/4"],
    ["a run that is none", "t\n\nRelease: 1\nRun: 1/2"],
    ["a key that nobody knows", "t\n\nRelease: 1\nEvil: 1"],
    ["a text after the keys", "t\n\nRelease: 1\n\nmore"],
    ["a signature", "t\n\nRelease: 1\n-----BEGIN PGP SIGNATURE-----"],
    ["a file twice", `t\n\nRelease: 1\nAsset: ${HEX} 1 a\nAsset: ${HEX} 2 a`],
    ["a file with a path", `t\n\nRelease: 1\nAsset: ${HEX} 1 ../a`],
    ["a size that is written oddly", `t\n\nRelease: 1\nAsset: ${HEX} 01 a`],
    ["a short digest", "t\n\nRelease: 1\nAsset: 00 1 a"],
    ["carriage returns", "t\r\n\r\nRelease: 1"],
  ])("is not ours with %s", (_, message) => expect(parseClaim(message)).toBeUndefined());

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => void parseClaim(`t\n\nRelease: 1\n${text}`)),
    );
  });
});

describe("the message of an assignment's tag", () => {
  it("is read as it was written", () => {
    const assignment = fc.record(
      { number: fc.constantFrom("1.0.0", "10.20.30"), run },
      { requiredKeys: ["number"] },
    );
    fc.assert(
      fc.property(
        title,
        assignment,
        (text, said) => void expect(parseAssignment(printAssignment(text, said))).toEqual(said),
      ),
    );
  });

  it("may be written by hand, and then says nothing", () => {
    expect(parseAssignment("Assigning stage production to artifact m version v1.0.0")).toBeUndefined();
    expect(parseRemark(printRemark("withdrawn", { repositoryId: 1, runId: 2, attempt: 3 }))?.runId).toBe(2);
    expect(parseRemark("withdrawn by hand")).toBeUndefined();
  });
});
