import { describe, expect, it } from "vitest";
import { xoshiro256 } from "../random/xoshiro256.ts";
import { POISSON1_CDF, poisson1, poissonBootstrap } from "./poisson-bootstrap.ts";

describe("Poisson(1) weights", () => {
  it.each([
    [0, 0.36787944117144245],
    [1, 0.7357588823428847],
    [2, 0.9196986029286058],
    [3, 0.9810118431238462],
    [4, 0.9963401531726563],
    [5, 0.9994058151824183],
    [6, 0.999916758850712],
    [7, 0.9999897508033253],
  ])("P(weight ≤ %i) is SciPy 1.10's poisson.cdf", (k, share) => {
    expect(POISSON1_CDF[k]).toBeCloseTo(share, 14);
  });

  it("are whole for every uniform number below 1", () => {
    expect(poisson1(0)).toBe(0);
    expect(poisson1(0.5)).toBe(1);
    expect(poisson1(1 - 2 ** -53)).toBeLessThan(POISSON1_CDF.length);
    expect(poisson1(1 - 2 ** -53)).toBeGreaterThan(10);
  });
});

describe("an interval from Poisson replicates", () => {
  const random = xoshiro256(5n);
  const replicates = Array.from({ length: 400 }, () => 0.8 + 0.02 * (random() - 0.5) * Math.sqrt(12));

  it("of a difference is its standard error times t", () => {
    const { low, high } = poissonBootstrap({ estimate: 0.8, replicates, of: "difference" }).interval(0.95);
    expect(((high ?? 0) - (low ?? 0)) / 2 / 1.966).toBeCloseTo(0.02, 3);
  });

  it("of one proportion stays within [0, 1]", () => {
    const near = poissonBootstrap({ estimate: 0.99, replicates, of: "one" }).interval(0.95);
    expect(near.high).toBeLessThan(1);
  });

  it("says how many replicates it could not use", () => {
    const some = poissonBootstrap({
      estimate: 0.8,
      replicates: [...replicates, null, Number.NaN],
      of: "one",
    });
    expect(some.replicates).toBe(400);
    expect(some.undefinedReplicates).toBe(2);
  });

  it("refuses to make one from a handful", () => {
    expect(() => poissonBootstrap({ estimate: 0.8, replicates: replicates.slice(0, 29), of: "one" })).toThrow(
      RangeError,
    );
  });
});
