import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Confidence } from "./confidence.ts";
import {
  calibrationError,
  cellBootstrap,
  clopperPearson,
  deltaCells,
  deltaMeans,
  deltaRatio,
  fieller,
  logitDifference,
  logitInterval,
  mover,
  newcombe,
  normalInterval,
  pairedMean,
  poissonBootstrap,
  proportion,
  studentInterval,
  tango,
  wilson,
  xoshiro256,
} from "./index.ts";

const count = fc.integer({ min: 0, max: 60 });
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const variance = fc.double({ min: 1e-8, max: 0.01, noNaN: true });
const correlation = fc.double({ min: -0.9, max: 0.9, noNaN: true });
const outcome = fc.tuple(count, count).map(([successes, rest]) => ({ successes, n: successes + rest + 1 }));
const pair = fc
  .record({
    a: fc.oneof(share, fc.constantFrom(0, 1)),
    b: fc.oneof(share, fc.constantFrom(0, 1)),
    varA: variance,
    varB: variance,
    r: correlation,
  })
  .map(({ r, ...rest }) => ({ ...rest, covAB: r * Math.sqrt(rest.varA * rest.varB), n: 150 }));
const cells = fc
  .array(count, { minLength: 8, maxLength: 8 })
  .map((counts) => counts.with(7, (counts[7] ?? 0) + 1));

const f1 = (tp = 0, fp = 0, fn = 0) => (2 * tp) / (2 * tp + fp + fn);
const pairedF1 = ([, b = 0, a = 0, ab = 0, none = 0, onlyB = 0, onlyA = 0, both = 0]: readonly number[]) =>
  f1(both + onlyA, a + ab, none + onlyB) - f1(both + onlyB, b + ab, none + onlyA);
const accuracy = (counts: readonly number[], bit: number) =>
  counts.reduce((right, count, cell) => right + ((cell & 4) > 0 === (cell & bit) > 0 ? count : 0), 0) /
  counts.reduce((total, count) => total + count, 0);
const pearsonLike = fc
  .record({
    x: fc.double({ min: 0.1, max: 5, noNaN: true }),
    y: fc.double({ min: 0.1, max: 5, noNaN: true }),
    r: correlation,
  })
  .map(({ x, y, r }) => ({
    n: 200,
    means: [x, y],
    covariance: [
      [1, r],
      [r, 1],
    ],
  }));

/** Every method, from any input that it takes. */
const methods: Record<string, fc.Arbitrary<Confidence>> = {
  wilson: outcome.map(({ successes, n }) => wilson(successes, n)),
  "clopper-pearson": outcome.map(({ successes, n }) => clopperPearson(successes, n)),
  proportion: outcome.map(({ successes, n }) => proportion(successes, n)),
  newcombe: fc.tuple(outcome, outcome).map(([first, second]) => newcombe(first, second)),
  mover: fc
    .tuple(outcome, outcome)
    .map(([x, y]) => mover(clopperPearson(x.successes, x.n), wilson(y.successes, y.n))),
  tango: fc
    .tuple(count, count, count)
    .map(([help, harm, rest]) => tango({ help, harm, n: help + harm + rest + 1 })),
  normal: fc
    .tuple(share, variance)
    .map(([estimate, v]) => normalInterval({ estimate, standardError: Math.sqrt(v) })),
  student: fc
    .tuple(share, variance, fc.integer({ min: 1, max: 300 }))
    .map(([estimate, v, df]) => studentInterval({ estimate, standardError: Math.sqrt(v), df })),
  "paired mean": fc.tuple(share, variance).map(([mean, v]) => pairedMean({ n: 100, mean, variance: v })),
  logit: fc
    .tuple(fc.oneof(share, fc.constantFrom(0, 1)), variance)
    .map(([estimate, v]) => logitInterval({ estimate, standardError: Math.sqrt(v), n: 80 })),
  "logit difference": pair.map(logitDifference),
  fieller: fc
    .record({
      a: fc.double({ min: 0, max: 9, noNaN: true }),
      b: fc.double({ min: 0.1, max: 9, noNaN: true }),
      r: correlation,
    })
    .map(({ a, b, r }) => fieller({ a, b, varA: 0.5, varB: 0.7, covAB: r * Math.sqrt(0.35) })),
  "delta of cells": cells.map((counts) => deltaCells(counts, pairedF1)),
  "ratio of cells": cells.map((counts) =>
    deltaRatio(
      counts.map((cell) => cell + 1),
      (at) => accuracy(at, 2),
      (at) => accuracy(at, 1),
    ),
  ),
  "delta of means": pearsonLike.map((of) =>
    deltaMeans(of, ([x = 1, y = 1]) => Math.sqrt(x) - 1.05 * Math.sqrt(y)),
  ),
  "cell bootstrap": fc
    .tuple(cells, fc.bigInt({ min: 0n, max: 99n }))
    .map(([counts, seed]) => cellBootstrap(counts, pairedF1, { replicates: 400, random: xoshiro256(seed) })),
  "calibration error": fc
    .tuple(
      fc.array(fc.record({ outcome, meanScore: share }), { minLength: 1, maxLength: 12 }),
      fc.bigInt({ min: 0n, max: 99n }),
      fc.constantFrom("mean" as const, "most" as const),
    )
    .map(([drawn, seed, of]) =>
      calibrationError(
        drawn.map(({ outcome: { successes, n }, meanScore }) => ({ n, positives: successes, meanScore })),
        { replicates: 200, random: xoshiro256(seed), of },
      ),
    ),
  "poisson bootstrap": fc
    .tuple(
      share,
      fc.array(share, { minLength: 40, maxLength: 60 }),
      fc.constantFrom("one" as const, "difference" as const),
    )
    .map(([estimate, replicates, of]) => poissonBootstrap({ estimate, replicates, of })),
};
const limits = fc.oneof(fc.double({ min: -1.2, max: 1.2, noNaN: true }), fc.constantFrom(-1, 0, 0.5, 1));
const levels = fc.double({ min: 0.05, max: 0.9999, noNaN: true });

describe.each(Object.entries(methods))("%s", (_, confidences) => {
  it("excludes a limit by its interval exactly when it does by its p-value", () => {
    fc.assert(
      fc.property(confidences, levels, limits, (confidence, level, limit) => {
        const { low, high } = confidence.interval(level);
        const { below, above } = confidence.p(limit);
        const alpha = (1 - level) / 2;
        // at equality rounding decides: only limits off the bounds by more than that tell
        const near = (bound: number | null) => bound !== null && Math.abs(bound - limit) < 1e-9;
        if (low !== null && !near(low)) expect(low > limit).toBe(below < alpha);
        if (high !== null && !near(high)) expect(high < limit).toBe(above < alpha);
        if (low === null) expect(below).toBeGreaterThanOrEqual(alpha);
        if (high === null) expect(above).toBeGreaterThanOrEqual(alpha);
      }),
      { numRuns: 300 },
    );
  });

  it("holds its own estimate, and more at a higher level", () => {
    fc.assert(
      fc.property(confidences, levels, levels, (confidence, one, other) => {
        const narrow = confidence.interval(Math.min(one, other));
        const wide = confidence.interval(Math.max(one, other));
        const low = (of: number | null) => of ?? -Infinity;
        const high = (of: number | null) => of ?? Infinity;
        expect(low(wide.low)).toBeLessThanOrEqual(low(narrow.low) + 1e-12);
        expect(high(wide.high)).toBeGreaterThanOrEqual(high(narrow.high) - 1e-12);
        for (const end of [narrow.low, narrow.high, wide.low, wide.high]) expect(end).not.toBeNaN();
      }),
      { numRuns: 100 },
    );
  });

  it("finds more than a higher limit less likely", () => {
    fc.assert(
      fc.property(confidences, limits, limits, (confidence, one, other) => {
        const lower = confidence.p(Math.min(one, other));
        const upper = confidence.p(Math.max(one, other));
        expect(lower.below).toBeLessThanOrEqual(upper.below + 1e-12);
        expect(lower.above).toBeGreaterThanOrEqual(upper.above - 1e-12);
        for (const p of [lower.below, lower.above, upper.below, upper.above]) {
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("swapping the two models", () => {
  const mirrors = (confidence: Confidence, swapped: Confidence, level: number, limit: number) => {
    const { low, high } = confidence.interval(level);
    const other = swapped.interval(level);
    expect(swapped.estimate).toBeCloseTo(-confidence.estimate, 12);
    expect(other.low).toBeCloseTo(-(high ?? Number.NaN), 7);
    expect(other.high).toBeCloseTo(-(low ?? Number.NaN), 7);
    expect(swapped.p(-limit).above).toBeCloseTo(confidence.p(limit).below, 7);
  };

  it("negates and mirrors Tango's interval", () => {
    fc.assert(
      fc.property(count, count, count, levels, limits, (help, harm, rest, level, limit) => {
        const n = help + harm + rest + 1;
        mirrors(tango({ help, harm, n }), tango({ help: harm, harm: help, n }), level, limit);
      }),
    );
  });

  it("negates and mirrors Newcombe's", () => {
    fc.assert(
      fc.property(outcome, outcome, levels, limits, (first, second, level, limit) => {
        mirrors(newcombe(first, second), newcombe(second, first), level, limit);
      }),
    );
  });

  it("negates and mirrors the difference of F1 by delta", () => {
    fc.assert(
      fc.property(cells, levels, limits, (counts, level, limit) => {
        const swapped = [0, 2, 1, 3, 4, 6, 5, 7].map((cell) => counts[cell] ?? 0);
        mirrors(deltaCells(counts, pairedF1), deltaCells(swapped, pairedF1), level, limit);
      }),
    );
  });
});

describe("counting failures instead of successes", () => {
  it.each([
    ["wilson", wilson],
    ["clopper-pearson", clopperPearson],
  ])("mirrors %s exactly", (_, method) => {
    fc.assert(
      fc.property(outcome, levels, ({ successes, n }, level) => {
        const { low, high } = method(successes, n).interval(level);
        const failures = method(n - successes, n).interval(level);
        expect(failures.low).toBeCloseTo(1 - (high ?? 0), 12);
        expect(failures.high).toBeCloseTo(1 - (low ?? 0), 12);
      }),
    );
  });
});

describe("more rows of the same kind", () => {
  it.each([
    ["wilson", (k: number) => wilson(8 * k, 10 * k)],
    ["clopper-pearson", (k: number) => clopperPearson(8 * k, 10 * k)],
    ["tango", (k: number) => tango({ help: 5 * k, harm: 3 * k, n: 100 * k })],
    [
      "delta of cells",
      (k: number) =>
        deltaCells(
          [50, 2, 3, 1, 4, 2, 3, 30].map((cell) => cell * k),
          pairedF1,
        ),
    ],
  ])("narrow %s", (_, at) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (k) => {
        const width = (confidence: Confidence) => {
          const { low, high } = confidence.interval(0.95);
          return (high ?? Infinity) - (low ?? -Infinity);
        };
        expect(width(at(k + 1))).toBeLessThan(width(at(k)));
      }),
    );
  });
});
