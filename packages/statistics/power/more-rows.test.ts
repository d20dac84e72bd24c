import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moreRows } from "./more-rows.ts";

describe("how many more rows would decide", () => {
  it("is the sample size of a non-inferiority test less the rows there are: 7,849 at discordance 0.1, margin 0.01 (own evaluation with SciPy 1.10)", () => {
    const more = moreRows({ n: 1000, estimate: 0, standardError: Math.sqrt(0.1 / 1000), limit: -0.01 });
    expect(more).toEqual({ kind: "about", rows: 6800 });
  });

  it("is no number on the limit, nor beyond ten times the rows", () => {
    expect(moreRows({ n: 500, estimate: -0.005, standardError: 0.01, limit: -0.005 })).toEqual({
      kind: "hardly",
    });
    expect(moreRows({ n: 500, estimate: -0.003, standardError: 0.01, limit: -0.005 })).toEqual({
      kind: "hardly",
    });
  });

  it("is 0 when the rows are enough", () => {
    expect(moreRows({ n: 500, estimate: 1, standardError: 0.01, limit: 0 })).toEqual({
      kind: "about",
      rows: 0,
    });
    expect(moreRows({ n: 500, estimate: 1, standardError: 0, limit: 0 })).toEqual({ kind: "about", rows: 0 });
  });

  it("is at least half as many again while the interval holds the limit, at most nine times as many", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1.95, noNaN: true }),
        fc.integer({ min: 100, max: 1e6 }),
        (z, n) => {
          const more = moreRows({ n, estimate: z * 0.01, standardError: 0.01, limit: 0 });
          if (more.kind === "hardly") return;
          expect(more.rows).toBeGreaterThan(n / 2);
          expect(more.rows).toBeLessThanOrEqual(9.5 * n);
          expect(String(more.rows).replace(/0+$/, "").length).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it("is a whole number of rows", () => {
    expect(moreRows({ n: 4, estimate: 0.8, standardError: 0.15, limit: 0.5 })).toEqual({
      kind: "about",
      rows: 4,
    });
  });
});
