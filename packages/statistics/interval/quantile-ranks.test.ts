import { describe, expect, test } from "vitest";
import { quantileRanks } from "./quantile-ranks.ts";

describe("ranks that bound a quantile", () => {
  // Conover 1999, table A3 by the binomial: n = 20, median, 95 %: the 6th and the 15th of the sorted rows.
  test("the median of 20 rows lies between the 6th and the 15th", () => {
    expect(quantileRanks(20, 0.5, 0.95)).toEqual({ low: 6, high: 15 });
  });

  test("five rows cannot bound a median at 95 %", () => {
    expect(quantileRanks(5, 0.5, 0.95)).toEqual({ low: null, high: null });
  });

  // Platform fact: a one-sided 95 % bound of a p99 needs 368 rows... two-sided at 97.5 % a side, so 368 for alpha = 2.5 %.
  test("a 99th percentile needs 368 rows for an upper bound at 2.5 %", () => {
    expect(quantileRanks(367, 0.99, 0.95).high).toBeNull();
    expect(quantileRanks(368, 0.99, 0.95).high).toBe(368);
  });
});
