import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieller } from "./fieller.ts";

describe("the interval of a ratio", () => {
  it("is the closed form where both ends exist (Fieller 1954)", () => {
    const { a, b, varA, varB, covAB } = { a: 10, b: 8, varA: 1, varB: 1, covAB: 0.5 };
    const z2 = 1.959963984540054 ** 2;
    const [square, half, constant] = [b * b - z2 * varB, a * b - z2 * covAB, a * a - z2 * varA];
    const root = Math.sqrt(half * half - square * constant);
    const { low, high } = fieller({ a, b, varA, varB, covAB }).interval(0.95);
    expect(low).toBeCloseTo((half - root) / square, 10);
    expect(high).toBeCloseTo((half + root) / square, 10);
  });

  it("has no upper end when the denominator may be 0", () => {
    const { low, high } = fieller({ a: 10, b: 8, varA: 1, varB: 25, covAB: 0 }).interval(0.95);
    expect(high).toBeNull();
    expect(low).toBeGreaterThan(0);
  });

  it("begins at 0 when the numerator may be 0", () => {
    expect(fieller({ a: 1, b: 8, varA: 1, varB: 1, covAB: 0 }).interval(0.95).low).toBe(0);
  });

  it("says nothing of the ratio when both may be 0", () => {
    expect(fieller({ a: 1, b: 1, varA: 1, varB: 1, covAB: 0 }).interval(0.95)).toEqual({
      low: 0,
      high: null,
    });
  });

  it("is the point when nothing varies", () => {
    const { low, high } = fieller({ a: 3, b: 2, varA: 0, varB: 0, covAB: 0 }).interval(0.95);
    expect(low).toBeCloseTo(1.5, 12);
    expect(high).toBeCloseTo(1.5, 12);
  });

  it("is the point when both vary as one, whatever rounding leaves of their difference", () => {
    const variance = 0.1 + 0.2;
    const rounded = { a: 3, b: 3, varA: variance, varB: variance, covAB: variance * (1 - 1e-15) };
    expect(fieller({ ...rounded, df: 363 }).interval(0.95)).toEqual({ low: 1, high: 1 });
  });

  it("excludes a limit exactly as a − limit·b is told from 0", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.double({ min: 0.2, max: 4, noNaN: true }),
        (b, limit) => {
          const [a, varA, varB] = [10, 0.4, 0.3];
          const z = (a - limit * b) / Math.sqrt(varA + limit * limit * varB);
          const { low } = fieller({ a, b, varA, varB, covAB: 0 }).interval(0.95);
          // the small zone leaves rounding alone
          if (Math.abs(z - 1.959963984540054) > 1e-9) expect((low ?? 0) > limit).toBe(z > 1.959963984540054);
        },
      ),
    );
  });

  it("excludes nothing below the estimate while 0 is not excluded, also where the score turns", () => {
    // at 0 the score is 1.8, at the turn (c = 0.46) it is 4.3
    const turning = fieller({ a: 1.8, b: 1, varA: 1, varB: 4, covAB: 1.9 });
    expect(turning.interval(0.95).low).toBe(0);
    expect(turning.p(0.457).below).toBeCloseTo(0.0359, 4);
  });

  it("refuses a denominator that is not positive", () => {
    expect(() => fieller({ a: 1, b: 0, varA: 1, varB: 1, covAB: 0 })).toThrow(RangeError);
  });
});
