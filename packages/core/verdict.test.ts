import { describe, expect, it } from "vitest";
import { combine, type Verdict, verdict, worse } from "./verdict.ts";

const all = verdict.options;
const triples = all.flatMap((a) => all.flatMap((b) => all.map((c) => [a, b, c] as const)));

describe("combining verdicts", () => {
  it("takes the worst: fail, error, inconclusive, pass, and only then what does not apply", () => {
    const worstFirst: Verdict[] = ["fail", "error", "inconclusive", "pass", "not_applicable"];
    worstFirst.forEach((expected, index) => {
      expect(combine(worstFirst.slice(index).reverse())).toBe(expected);
    });
  });

  it("passes nothing when there is nothing to combine", () => {
    expect(combine([])).toBe("not_applicable");
  });

  it("is associative, commutative and idempotent, with `not_applicable` as its neutral element", () => {
    for (const [a, b, c] of triples) {
      expect(worse(worse(a, b), c)).toBe(worse(a, worse(b, c)));
      expect(worse(a, b)).toBe(worse(b, a));
      expect(worse(a, a)).toBe(a);
      expect(worse(a, "not_applicable")).toBe(a);
      expect(combine([a, b, c])).toBe(combine([combine([c, a]), combine([b])]));
    }
  });
});
