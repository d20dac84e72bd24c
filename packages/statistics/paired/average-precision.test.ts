import { describe, expect, it } from "vitest";
import { drawPoisson } from "../random/poisson.ts";
import { xoshiro256 } from "../random/xoshiro256.ts";
import { averagePrecisionReplicates, type PlacedRows } from "./average-precision.ts";

/** Uniform numbers whose Poisson(1) weight is always 1: the rows themselves. */
const ones = () => 0.5;

describe("average precision under weights", () => {
  // scikit-learn 1.2.1: average_precision_score((0,0,1,1), (.1,.4,.35,.8)) and of all-equal scores
  it("is scikit-learn's where every row has weight one", () => {
    const rows: PlacedRows[] = [
      { y: true, a: 1, b: 1, n: 1 },
      { y: false, a: 2, b: 1, n: 1 },
      { y: true, a: 3, b: 1, n: 1 },
      { y: false, a: 4, b: 1, n: 1 },
    ];
    const [only] = averagePrecisionReplicates(rows, { replicates: 1, random: ones });
    expect(only?.a).toBeCloseTo(0.8333333333333333, 15);
    expect(only?.b).toBe(0.5);
  });

  it("does not depend on the order of the cells' places, only on the seed", () => {
    const rows: PlacedRows[] = Array.from({ length: 60 }, (_, i) => ({
      y: i % 3 === 0,
      a: i + 1,
      b: 60 - i,
      n: 1 + (i % 4),
    }));
    const draw = () => averagePrecisionReplicates(rows, { replicates: 5, random: xoshiro256(9n) });
    expect(draw()).toEqual(draw());
  });

  it("has no value where no positive row has weight", () => {
    const [only] = averagePrecisionReplicates([{ y: false, a: 1, b: 1, n: 3 }], {
      replicates: 1,
      random: ones,
    });
    expect(only).toEqual({ a: null, b: null });
  });
});

describe("Poisson numbers", () => {
  it.each([0, 0.5, 1, 12, 480, 1700])("of mean %d have that mean and variance", (mean) => {
    const random = xoshiro256(17n);
    const draws = Array.from({ length: 20_000 }, () => drawPoisson(mean, random));
    const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / (draws.length - 1);
    expect(Math.abs(average - mean)).toBeLessThanOrEqual(4.5 * Math.sqrt(mean / draws.length));
    expect(Math.abs(variance - mean)).toBeLessThanOrEqual(0.06 * mean);
  });
});
