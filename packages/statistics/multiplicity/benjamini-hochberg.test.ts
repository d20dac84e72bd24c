import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { benjaminiHochberg } from "./benjamini-hochberg.ts";
import { holm } from "./holm.ts";

describe("Benjamini and Hochberg's adjusted p-values", () => {
  it("are those of the literature, in the order given", () => {
    const p = [0.001, 0.205, 0.039, 0.041, 0.042, 0.06, 0.074, 0.008];
    expect(benjaminiHochberg(p).map((q) => Number(q.toFixed(11)))).toEqual([
      0.008, 0.205, 0.0672, 0.0672, 0.0672, 0.08, 0.08457142857, 0.032,
    ]);
    expect(benjaminiHochberg([])).toEqual([]);
    expect(benjaminiHochberg([0.3])).toEqual([0.3]);
  });

  it("never fall below the plain ones, nor rise above Holm's", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (p) => {
        const strict = holm(p);
        benjaminiHochberg(p).forEach((q, i) => {
          expect(q).toBeGreaterThanOrEqual((p[i] ?? 0) * (1 - 1e-12));
          expect(q).toBeLessThanOrEqual((strict[i] ?? 0) * (1 + 1e-12));
        });
      }),
    );
  });
});
