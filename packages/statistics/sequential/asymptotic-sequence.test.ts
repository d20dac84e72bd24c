import { expect, it } from "vitest";
import { asymptoticSequence } from "./asymptotic-sequence.ts";

// NumPy, equation 9 of Waudby-Smith et al. with alpha .05 and N* = 5,000
it.each([
  [100, 0.6694388617066039],
  [1000, 0.10637547006557505],
  [5000, 0.042924337188268456],
  [50_000, 0.014497426634721988],
])("after %i observations of sd 1 the half-width is %f", (n, half) => {
  const { interval } = asymptoticSequence({
    estimate: 3,
    error: 1 / Math.sqrt(n),
    n,
    tuned: 5000,
    level: 0.95,
  });
  const { low, high } = interval(0.95);
  expect(((high ?? 0) - (low ?? 0)) / 2).toBeCloseTo(half, 12);
  expect(((high ?? 0) + (low ?? 0)) / 2).toBeCloseTo(3, 12);
});

it("p-values and interval are one statement", () => {
  const { p, interval } = asymptoticSequence({
    estimate: 0.01,
    error: 0.004,
    n: 10_000,
    tuned: 5000,
    level: 0.95,
  });
  expect(p(0).below).toBeCloseTo(0.2171974575076886 / 2, 12);
  const { low, high } = interval(0.95);
  expect((high ?? 0) - 0.01).toBeCloseTo(0.012245908875469667, 12);
  expect(p(low ?? 0).below).toBeCloseTo(0.025, 9);
  expect(p(high ?? 0).above).toBeCloseTo(0.025, 9);
});
