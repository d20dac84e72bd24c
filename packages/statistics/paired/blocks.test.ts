import { expect, test } from "vitest";
import { xoshiro256 } from "../random/xoshiro256.ts";
import { blockedDifference, blockedRatio, quantileOf } from "./blocks.ts";

const OVER = [1.2, 1.1, 1.4, 1.0, 1.3];
const UNDER = [1.0, 1.0, 1.1, 1.0, 1.0];

test("a ratio over blocks is the geometric mean with t on the log ratios", () => {
  const { confidence, promise } = blockedRatio(OVER, UNDER);
  // SciPy 1.17: d = log(over / under); stats.t.interval(.95, 4, d.mean(), stats.sem(d)), exponentiated
  expect(confidence.estimate).toBeCloseTo(1.1690969481, 9);
  const { low, high } = confidence.interval(0.95);
  expect(low).toBeCloseTo(1.02146855, 8);
  expect(high).toBeCloseTo(1.33806144, 8);
  expect(confidence.p(1).below).toBeCloseTo(0.0162428942, 9);
  expect(promise).toEqual({ holds: false, reason: "too few blocks", has: 5, needs: 20 });
});

test("a difference over blocks is the paired t", () => {
  const { confidence } = blockedDifference(OVER, UNDER, 1);
  // scipy.stats.ttest_rel(over, under)
  expect(confidence.estimate).toBeCloseTo(0.18, 12);
  expect(confidence.p(0).below).toBeCloseTo(0.0183409947, 9);
  expect(blockedDifference(OVER, UNDER, -1).confidence.estimate).toBeCloseTo(-0.18, 12);
});

test("a quantile is that of NumPy", () => {
  // numpy.quantile([3, 1, 2, 10], [.5, .95])
  expect(quantileOf([3, 1, 2, 10], 0.5)).toBe(2.5);
  expect(quantileOf([3, 1, 2, 10], 0.95)).toBeCloseTo(8.95, 12);
});

test("where the truth is on the limit each side errs as often as it says", () => {
  const random = xoshiro256(7n);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let wrong = 0;
  const RUNS = 4_000;
  for (let run = 0; run < RUNS; run++) {
    // The machine's mood moves both models of a block; 1.1 is the true ratio.
    const blocks = Array.from({ length: 20 }, () => Math.exp(0.3 * normal()));
    const under = blocks.map((mood) => mood * Math.exp(0.05 * normal()));
    const over = blocks.map((mood) => 1.1 * mood * Math.exp(0.05 * normal()));
    if (blockedRatio(over, under).confidence.p(1.1).below < 0.025) wrong += 1;
  }
  expect(wrong / RUNS).toBeGreaterThan(0.018);
  expect(wrong / RUNS).toBeLessThan(0.033);
});
