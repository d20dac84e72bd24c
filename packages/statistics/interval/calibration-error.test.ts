import { describe, expect, it } from "vitest";
import { drawBinomial } from "../random/binomial.ts";
import { xoshiro256 } from "../random/xoshiro256.ts";
import { type Bin, calibrationError } from "./calibration-error.ts";

const simulated = { replicates: 400, random: xoshiro256(1n), of: "mean" } as const;

/** Ten bins of equally many rows around .05, .15, … .95. */
const bins = (n: number, positives: (share: number) => number): Bin[] =>
  Array.from({ length: 10 }, (_, i) => {
    const share = (i + 0.5) / 10;
    return { n: n / 10, positives: positives(share), meanScore: share };
  });

describe("the distance of shares from probabilities", () => {
  // E1 in five bins of equal mass, worked by hand: |0 − .075|, |0 − .25|, |.5 − .35|, |.5 − .575|, |1 − .85|, two rows each
  const ten: Bin[] = [
    { n: 2, positives: 0, meanScore: 0.075 },
    { n: 2, positives: 0, meanScore: 0.25 },
    { n: 2, positives: 1, meanScore: 0.35 },
    { n: 2, positives: 1, meanScore: 0.575 },
    { n: 2, positives: 2, meanScore: 0.85 },
  ];

  it("is weighted by rows, or the largest", () => {
    expect(calibrationError(ten, simulated).estimate).toBeCloseTo(0.14, 15);
    expect(calibrationError(ten, { ...simulated, of: "most" }).estimate).toBe(0.25);
    const uneven = [
      { n: 30, positives: 30, meanScore: 0.9 },
      { n: 10, positives: 0, meanScore: 0.5 },
    ];
    expect(calibrationError(uneven, simulated).estimate).toBeCloseTo(0.75 * 0.1 + 0.25 * 0.5, 15);
  });

  it("is the same again from the same seed", () => {
    const again = () => calibrationError(ten, { ...simulated, random: xoshiro256(7n) }).interval(0.9);
    expect(again()).toEqual(again());
  });

  it("says nothing beyond what its replicates can", () => {
    expect(calibrationError(ten, simulated).interval(0.999)).toEqual({ low: 0, high: 1 });
  });

  it.each([
    [[], simulated],
    [[{ n: 0, positives: 0, meanScore: 0.5 }], simulated],
    [[{ n: 1, positives: 2, meanScore: 0.5 }], simulated],
    [[{ n: 1, positives: 1, meanScore: 1.5 }], simulated],
    [ten, { ...simulated, replicates: 99 }],
  ] as const)("refuses what are no bins: %j", (given, how) => {
    expect(() => calibrationError(given, how)).toThrow(RangeError);
  });
});

describe("a perfectly calibrated model", () => {
  // Mean observed ECE of ten bins of equal mass, probabilities uniform, simulated apart
  it.each([
    // ten rows a bin are too few for the promise
    [100, 0.102, 0.92],
    [1_000, 0.031, 0.95],
    [10_000, 0.01, 0.95],
  ])("shows an error at %d rows, and 0 stays in its interval", (n, shown, least) => {
    const random = xoshiro256(2026n);
    const runs = 200;
    let [total, kept] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const seen = bins(n, (share) => drawBinomial(n / 10, share, random));
      const confidence = calibrationError(seen, { replicates: 200, random, of: "mean" });
      total += confidence.estimate;
      if (confidence.interval(0.95).low === 0) kept++;
    }
    expect(Math.abs(total / runs / shown - 1)).toBeLessThan(0.06);
    expect(kept / runs).toBeGreaterThan(least);
  });
});

describe.each(["mean", "most"] as const)("the interval of the %s", (of) => {
  it.each([0, 0.02, 0.05, 0.2])("covers at least what it says when the truth is %d off", (off) => {
    const random = xoshiro256(11n);
    const runs = 200;
    let [above, below] = [0, 0];
    const truth = (share: number) => share + (share < 0.5 ? off : -off);
    for (let run = 0; run < runs; run++) {
      const seen = bins(1_000, (share) => drawBinomial(100, truth(share), random));
      const { low, high } = calibrationError(seen, { replicates: 200, random, of }).interval(0.95);
      if ((low ?? 0) > off) above++;
      if ((high ?? 1) < off) below++;
    }
    // 2.5 % a side and two Monte-Carlo errors
    expect(Math.max(above, below) / runs).toBeLessThan(0.047);
  });

  it("finds a model that is far off", () => {
    const seen = bins(2_000, (share) => Math.round(200 * (0.5 + (share - 0.5) / 2)));
    const confidence = calibrationError(seen, { ...simulated, of });
    expect(confidence.interval(0.95).low).toBeGreaterThan(0.05);
    expect(confidence.p(0.05).below).toBeLessThan(0.025);
  });
});
