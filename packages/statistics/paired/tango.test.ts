import { describe, expect, it } from "vitest";
import { tango } from "./tango.ts";

describe("Tango's score interval of a paired difference (values: own evaluation with SciPy 1.10)", () => {
  it("of 18 rows helped and 8 harmed in 200", () => {
    const { low, high } = tango({ help: 18, harm: 8, n: 200 }).interval(0.95);
    expect(low).toBeCloseTo(0.00003262411814, 11);
    expect(high).toBeCloseTo(0.1037372945620099, 11);
  });

  it("keeps a width when both models agree on every row", () => {
    const { low, high } = tango({ help: 0, harm: 0, n: 50 }).interval(0.95);
    expect(low).toBeCloseTo(-0.07134759913339, 11);
    expect(high).toBeCloseTo(0.07134759913339, 11);
  });

  it("tests non-inferiority at a margin of 0.02", () => {
    expect(tango({ help: 18, harm: 8, n: 200 }).p(-0.02).below).toBeCloseTo(0.003886278846764821, 12);
    // one-sided p of z = 1.0101525445522106
    expect(tango({ help: 0, harm: 0, n: 50 }).p(-0.02).below).toBeCloseTo(0.15621110562134674, 12);
  });

  it("bounds a model that wins every row, and one that loses every row", () => {
    expect(tango({ help: 30, harm: 0, n: 30 }).interval(0.95).high).toBe(1);
    expect(tango({ help: 0, harm: 30, n: 30 }).interval(0.95).low).toBe(-1);
    expect(tango({ help: 30, harm: 0, n: 30 }).interval(0.95).low).toBeLessThan(1);
  });

  it("refuses more discordant rows than rows", () => {
    expect(() => tango({ help: 2, harm: 2, n: 3 })).toThrow(RangeError);
  });
});

it("keeps a width at a limit that is hardly not 0", () => {
  // found by a property test: the square underflowed and made any difference certain
  expect(tango({ help: 0, harm: 0, n: 50 }).p(-2e-323).below).toBeCloseTo(0.5, 6);
});
