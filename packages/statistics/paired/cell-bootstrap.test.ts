import { describe, expect, it } from "vitest";
import { xoshiro256 } from "../random/xoshiro256.ts";
import { cellBootstrap, drawMultinomial } from "./cell-bootstrap.ts";
import { deltaError } from "./delta-cells.ts";

const f1 = ([tp = 0, fp = 0, fn = 0]: readonly number[]) => (tp > 0 ? (2 * tp) / (2 * tp + fp + fn) : null);
const counts = [120, 40, 30, 810];

describe("the cell bootstrap", () => {
  it("agrees with the delta method on a smooth metric of 1,000 rows", () => {
    const { low, high } = cellBootstrap(counts, f1, { replicates: 4000, random: xoshiro256(1n) }).interval(
      0.95,
    );
    const { standardError } = deltaError(counts, f1);
    expect(((high ?? 0) - (low ?? 0)) / 2 / 1.96).toBeCloseTo(standardError, 3);
  });

  it("gives the same interval for the same seed, and another for another", () => {
    const at = (seed: bigint) =>
      cellBootstrap(counts, f1, { replicates: 500, random: xoshiro256(seed) }).interval(0.95);
    expect(at(7n)).toEqual(at(7n));
    expect(at(8n)).not.toEqual(at(7n));
  });

  it("counts replicates in which the metric is not defined", () => {
    const sparse = cellBootstrap([1, 0, 0, 99], f1, { replicates: 1000, random: xoshiro256(2n) });
    expect(sparse.replicates + sparse.undefinedReplicates).toBe(1000);
    // P(no true positive is drawn) = 0.99^100 = 0.366
    expect(sparse.undefinedReplicates / 1000).toBeCloseTo(0.366, 1);
  });

  it("refuses a metric that is not defined at all", () => {
    const random = xoshiro256(3n);
    expect(() => cellBootstrap([0, 1, 1, 9], f1, { replicates: 100, random })).toThrow(RangeError);
  });
});

it("a multinomial draw has as many rows, in the cells that have any, with the right covariance", () => {
  const random = xoshiro256(4n);
  const shares = [5, 0, 45, 50];
  let [first, product] = [0, 0];
  const runs = 20_000;
  for (let run = 0; run < runs; run++) {
    const drawn = drawMultinomial(shares, random);
    expect(drawn.reduce((total, cell) => total + cell, 0)).toBe(100);
    expect(drawn[1]).toBe(0);
    first += drawn[0] ?? 0;
    product += ((drawn[0] ?? 0) - 5) * ((drawn[2] ?? 0) - 45);
  }
  expect(first / runs).toBeCloseTo(5, 1);
  // −n·p·q = −2.25; its Monte-Carlo error is 0.08
  expect(Math.abs(product / runs + 2.25)).toBeLessThan(0.35);
});
