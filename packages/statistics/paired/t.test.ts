import { expect, it } from "vitest";
import { pairedMean } from "./t.ts";

const differences = [0.5, -0.2, 0.8, 1.1, -0.1, 0.4, 0.9, 0.3];

it("the paired t interval is SciPy 1.10's ttest_1samp", () => {
  const n = differences.length;
  const mean = differences.reduce((total, value) => total + value, 0) / n;
  const variance = differences.reduce((total, value) => total + (value - mean) ** 2, 0) / (n - 1);
  const confidence = pairedMean({ n, mean, variance });
  const { low, high } = confidence.interval(0.95);
  expect(mean).toBeCloseTo(0.4625, 12);
  expect(low).toBeCloseTo(0.0756587982, 9);
  expect(high).toBeCloseTo(0.8493412018, 9);
  expect(2 * confidence.p(0).below).toBeCloseTo(0.025512078610371185, 11);
});

it("one row has no variance to speak of", () => {
  expect(() => pairedMean({ n: 1, mean: 0, variance: 0 })).toThrow(RangeError);
});
