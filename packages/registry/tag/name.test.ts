import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTagName, printTagName } from "./name.ts";

const letters = (first: string, rest: string, most: number) =>
  fc
    .tuple(fc.constantFrom(...first), fc.array(fc.constantFrom(...rest), { maxLength: most }))
    .map(([head, tail]) => head + tail.join(""));
const SMALL = "abcxyz019";
const model = letters(SMALL, `${SMALL}_-`, 63);
const environment = letters(SMALL, `${SMALL}_-`, 20);
const number = fc
  .tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 999_999_999 })))
  .map((parts) => parts.join("."));
const counter = fc.integer({ min: 1, max: 999_999_999 });
const meaning = fc.oneof(
  fc.record({ kind: fc.constant("version" as const), model, number }),
  fc.record({ kind: fc.constant("withdrawal" as const), model, number }),
  fc.record({ kind: fc.constant("assignment" as const), model, environment, counter }),
);

describe("the name of a tag", () => {
  it("is read as it was written", () => {
    fc.assert(fc.property(meaning, (tag) => void expect(parseTagName(printTagName(tag))).toEqual(tag)));
  });

  it("is written in one way only: whatever can be read is what would be written", () => {
    const near = fc.array(fc.constantFrom(..."ab01.@v#!-_ \n%".split("")), { maxLength: 16 });
    const one = fc.oneof(
      near.map((parts) => parts.join("")),
      meaning.map(printTagName),
    );
    fc.assert(
      fc.property(one, fc.nat(20), fc.constantFrom(..."0.@v#!A/ \n"), (name, at, sign) => {
        const text = name.slice(0, at) + sign + name.slice(at);
        const read = parseTagName(text);
        if (read !== undefined) expect(printTagName(read)).toBe(text);
      }),
    );
  });

  it.each([
    ["census-income@v1.4.0", { kind: "version", model: "census-income", number: "1.4.0" }],
    ["census-income@v1.4.0!", { kind: "withdrawal", model: "census-income", number: "1.4.0" }],
    ["m#production#7", { kind: "assignment", model: "m", environment: "production", counter: 7 }],
  ])("%s is ours", (name, tag) => expect(parseTagName(name)).toEqual(tag));

  it.each([
    "v1.4.0",
    "m@1.4.0",
    "m@v1.4",
    "m@v1.4.0.0",
    "m@v01.4.0",
    "m@v1.4.0-rc.1",
    "m@v1.4.0!!",
    "m@v1.4.0\n",
    "M@v1.4.0",
    "a/m@v1.4.0",
    "a.m@v1.4.0",
    "-m@v1.4.0",
    "m#production",
    "m#production#0",
    "m#production#07",
    "m#production!#3",
    "m#Production#1",
    "m#-production#1",
    "m#production#1!",
    "m#production#1#2",
    "m@v9999999999.0.0",
  ])("%j is not", (name) => expect(parseTagName(name)).toBeUndefined());
});
