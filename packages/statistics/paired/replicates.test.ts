import { describe, expect, it } from "vitest";
import { percentile, quantile7 } from "./replicates.ts";

/** All 256 resamples of (1, 2, 4, 9). */
function means(): Float64Array {
  const values = [1, 2, 4, 9];
  const all = values.flatMap((a) =>
    values.flatMap((b) => values.flatMap((c) => values.map((d) => (a + b + c + d) / 4))),
  );
  return Float64Array.from(all).sort();
}

describe("percentile interval", () => {
  it("of the mean of 1, 2, 4, 9 over all its 256 resamples is [1.5, 7.25] (NumPy 1.24, type 7)", () => {
    expect(percentile(means()).interval(0.95)).toEqual({ low: 1.5, high: 7.25 });
  });

  it("of few replicates does not speak about tails that they cannot reach", () => {
    const few = percentile(Float64Array.of(1, 2, 3, 4, 5));
    expect(few.interval(0.95)).toEqual({ low: null, high: null });
    expect(few.p(-100).below).toBeCloseTo(1 / 6, 12);
  });
});

it("type 7 interpolates between order statistics, as NumPy's default", () => {
  expect(quantile7([1, 2, 4, 8], 0.5)).toBe(3);
  expect(quantile7([1, 2, 4, 8], 0.9)).toBeCloseTo(6.8, 12);
  expect(quantile7([7], 0.3)).toBe(7);
});
