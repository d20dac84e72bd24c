import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deltaJoint, deltaMeans } from "./delta.ts";
import { deltaCells, deltaError, deltaRatio } from "./delta-cells.ts";
import { pairedMean } from "./t.ts";
import { tango } from "./tango.ts";

const accuracy = ([wrong = 0, right = 0]: readonly number[]) => right / (wrong + right);
const difference = ([help = 0, harm = 0, rest = 0]: readonly number[]) =>
  (help - harm) / (help + harm + rest);

describe("the multinomial delta method", () => {
  it("gives a proportion its binomial standard error", () => {
    const { estimate, standardError } = deltaError([20, 80], accuracy);
    expect(estimate).toBe(0.8);
    expect(standardError).toBeCloseTo(Math.sqrt((0.8 * 0.2) / 100), 9);
  });

  it("gives a paired difference Wald's standard error: 18 helped, 8 harmed, 200 rows", () => {
    const { standardError } = deltaError([18, 8, 174], difference);
    // Wald's 95 % interval of the same table is [0.00051333518, 0.09948666482]
    expect(0.05 - 1.959963984540054 * standardError).toBeCloseTo(0.00051333518, 9);
  });

  it("gives two metrics of the same rows their covariance", () => {
    const first = ([tp = 0, fn = 0]: readonly number[]) => tp / (tp + fn);
    const { estimates, covariance } = deltaJoint([30, 10], [first, (counts) => 1 - first(counts)]);
    expect(estimates).toEqual([0.75, 0.25]);
    expect(covariance[0]?.[1]).toBeCloseTo(-(covariance[0]?.[0] ?? 0), 12);
  });

  it("does not depend on how the cells are split", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (part) => {
        const split = ([wrong = 0, one = 0, other = 0]: readonly number[]) => accuracy([wrong, one + other]);
        const whole = deltaCells([30, 100], accuracy).interval(0.95);
        const apart = deltaCells([30, part, 100 - part], split).interval(0.95);
        expect(apart.low).toBeCloseTo(whole.low ?? Number.NaN, 8);
        expect(apart.high).toBeCloseTo(whole.high ?? Number.NaN, 8);
      }),
    );
  });

  it("refuses a metric that is not defined at the counts", () => {
    expect(() => deltaCells([0, 0, 5], ([tp = 0, fn = 0]) => (tp + fn > 0 ? tp / (tp + fn) : null))).toThrow(
      RangeError,
    );
  });
});

describe("the score interval of joint cells", () => {
  it("is Tango's where discordance is rare", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }), (help, harm) => {
        const n = 200_000;
        const score = deltaCells([help, harm, n - help - harm], difference).interval(0.95);
        const reference = tango({ help, harm, n }).interval(0.95);
        expect(n * Math.abs((score.low ?? 0) - (reference.low ?? 0))).toBeLessThan(0.05);
        expect(n * Math.abs((score.high ?? 0) - (reference.high ?? 0))).toBeLessThan(0.05);
      }),
    );
  });

  it("keeps a width when both models agree on every row: z² rows", () => {
    const { low, high } = deltaCells([0, 0, 1000], difference).interval(0.95);
    expect(high).toBeCloseTo(1.959963984540054 ** 2 / 1001, 9);
    expect(low).toBeCloseTo(-(high ?? 0), 12);
  });

  it("is Wald's where many rows decide", () => {
    const { low } = deltaCells([200_000, 800_000], accuracy).interval(0.95);
    expect(low).toBeCloseTo(0.8 - 1.959963984540054 * 0.0004, 5);
  });

  it("says how much of the variance hangs on one row", () => {
    expect(deltaError([4, 9996], accuracy).maxShare).toBeCloseTo(0.25, 2);
    expect(deltaError([0, 0, 1000], difference).maxShare).toBe(1);
  });
});

describe("the ratio of two metrics of the same cells", () => {
  const [first, second] = [
    ([help = 0, , both = 0]: readonly number[]) => help + both,
    ([, harm = 0, both = 0]: readonly number[]) => harm + both,
  ];
  const share = (of: (counts: readonly number[]) => number) => (counts: readonly number[]) =>
    of(counts) / counts.reduce((total, count) => total + count, 0);

  it("excludes 1 exactly as the difference excludes 0", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (help, harm) => {
        const counts = [help, harm, 300, 100];
        const ofRatio = deltaRatio(counts, share(first), share(second)).p(1);
        const ofDifference = deltaCells(counts, (at) => share(first)(at) - share(second)(at)).p(0);
        expect(ofRatio.below).toBeCloseTo(ofDifference.below, 9);
      }),
    );
  });

  it("has no upper end when the denominator may be 0", () => {
    const { low, high } = deltaRatio([30, 2, 0, 100], share(first), share(second)).interval(0.95);
    expect(high).toBeNull();
    expect(low).toBeGreaterThan(1);
  });

  it("refuses a denominator of 0", () => {
    expect(() => deltaRatio([3, 0, 0, 9], share(first), share(second))).toThrow(RangeError);
  });
});

describe("a smooth function of means", () => {
  it("is the paired t interval when the function is the difference", () => {
    const of = {
      n: 50,
      means: [1.4, 1.1],
      covariance: [
        [2, 0.7],
        [0.7, 1.5],
      ],
    };
    const delta = deltaMeans(of, ([x = 0, y = 0]) => x - y).interval(0.95);
    const t = pairedMean({ n: 50, mean: 0.3, variance: 2 + 1.5 - 1.4 }).interval(0.95);
    expect(delta.low).toBeCloseTo(t.low ?? Number.NaN, 8);
    expect(delta.high).toBeCloseTo(t.high ?? Number.NaN, 8);
  });

  it("gives RMSE the slope 1 / (2 RMSE)", () => {
    const { low, high } = deltaMeans({ n: 400, means: [4], covariance: [[9]] }, ([mse = 0]) =>
      Math.sqrt(mse),
    ).interval(0.95);
    const halfWidth = ((high ?? 0) - (low ?? 0)) / 2;
    // t(399) = 1.965927...; se = 3 / 20 / (2 · 2)
    expect(halfWidth / (3 / 20 / 4)).toBeCloseTo(1.96593, 4);
  });

  it("of two identical errors is the point", () => {
    const of = {
      n: 100,
      means: [2, 2],
      covariance: [
        [3, 3],
        [3, 3],
      ],
    };
    const { low, high } = deltaMeans(of, ([x = 0, y = 0]) => Math.sqrt(x) - Math.sqrt(y)).interval(0.95);
    expect(low).toBeCloseTo(0, 9);
    expect(high).toBeCloseTo(0, 9);
  });
});
