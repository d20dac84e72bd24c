import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, cleanCode, cut } from "./clean.ts";
import { checkTitle } from "./title.ts";

describe("text from data", () => {
  it("keeps letters of every script, and emoji", () => {
    for (const text of ["größe", "列", "עברית", "⚠️ warning", "−0.005 · × 1.2"])
      expect(clean(text)).toBe(text);
  });

  it("loses what hides or reorders", () => {
    expect(clean("a\u202eb\u200bc\u{e0041}d\u001b[31me\nf")).toBe("abcde f");
  });

  it("shows in a code span what hides", () => {
    expect(cleanCode("a\u202eb\nc")).toBe("a\\u{202e}b\\u{a}c");
    expect(cleanCode(" ")).toBe("(empty)");
  });

  it("is cut between code points", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        const short = cut(text, most);
        expect(short.length).toBeLessThanOrEqual(most);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("the title of a check", () => {
  it("has at most 80 characters, and never more than GitHub takes", () => {
    expect(checkTitle({ title: "x".repeat(300) })).toHaveLength(80);
    expect(checkTitle({ title: "x".repeat(300) }, 1000)).toHaveLength(255);
    expect(checkTitle({ title: "pass:\nauc" })).toBe("pass: auc");
  });
});
