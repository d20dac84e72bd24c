import fc from "fast-check";
import { expect, it } from "vitest";
import { type Entry, parseEntry, printEntry } from "./entry.ts";

const entry: fc.Arbitrary<Entry> = fc.record({
  kind: fc.constantFrom("aim", "seen", "live", "harm", "back", "void"),
  step: fc.integer({ min: -1, max: 20 }),
  at: fc.integer({ min: 1.7e9, max: 4e9 }).map((seconds) => new Date(seconds * 1000)),
  tallies: fc.array(fc.nat(2 ** 31), { maxLength: 10 }),
});

it("reads what it writes, within the 140 characters that GitHub takes", () => {
  fc.assert(
    fc.property(entry, fc.string({ maxLength: 300 }), (one, words) => {
      const printed = printEntry(one, words);
      expect(printed.length).toBeLessThanOrEqual(140);
      expect(printed).not.toMatch(/[\n\r]/);
      expect(parseEntry(printed)).toEqual(one);
    }),
  );
});

it("is not misled by what only looks like an entry", () => {
  for (const said of ["", "[s1:]", "[q1:1]", "[s1:zz] more", "[s1:1.]", "[s1:-1]", "GitHub Actions: success"])
    expect(parseEntry(said)).toBeUndefined();
  const words = "set to [a9:1] by hand";
  const one = { kind: "seen", step: 0, at: new Date(1_800_000_000_000), tallies: [5] } as const;
  expect(parseEntry(printEntry(one, words))).toEqual(one);
});

it("refuses more numbers than fit, rather than leave some out", () => {
  const many = { kind: "seen", step: 0, at: new Date(0), tallies: Array(30).fill(2 ** 40) } as const;
  expect(() => printEntry(many, "")).toThrow(RangeError);
});
