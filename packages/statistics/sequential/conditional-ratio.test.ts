import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawBinomial } from "../random/binomial.ts";
import { xoshiro256 } from "../random/xoshiro256.ts";
import { conditionalRatio, eventsToDecide, logEvidence } from "./conditional-ratio.ts";

const HARM = [1.1, 1.25, 1.5, 2, 3, 5, 10];
const windows = (...given: [share: number, own: number, other: number][]) =>
  given.map(([share, own, other]) => ({ share, own, other }));

describe("the conditional e-process of two rates", () => {
  it("has the values that NumPy gives in log space", () => {
    const seen = logEvidence(windows([0.05, 3, 40], [0.25, 20, 45], [0.5, 30, 22]), 1, HARM);
    expect(seen[0]).toBeCloseTo(-0.3637819312525348, 12);
    expect(seen[1]).toBeCloseTo(-0.19829821437219475, 12);
    expect(seen[2]).toBeCloseTo(0.25343860530501394, 12);
    const promotion = logEvidence(
      windows([0.05, 2, 41], [0.25, 11, 36], [0.5, 18, 22]),
      1.25,
      [1, 0.9, 0.75],
    );
    expect(promotion[2]).toBeCloseTo(1.2443735510660885, 12);
  });

  it("keeps what it once has shown: the p-value is of the best look", () => {
    const shown = windows([0.5, 40, 5]);
    const later = [...shown, ...windows([0.5, 20, 60])];
    expect(conditionalRatio(later).p(1).below).toBeLessThanOrEqual(conditionalRatio(shown).p(1).below);
  });

  it("says the same by its interval as by its p-values, at every limit", () => {
    const count = fc.nat(80);
    const some = fc.array(fc.record({ own: count, other: count, share: fc.constantFrom(0.05, 0.25, 0.5) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(some, fc.constantFrom(0.3, 0.8, 1, 1.25, 1.5, 2, 4), (seen, limit) => {
        const { interval, p } = conditionalRatio(seen);
        const { low, high } = interval(0.9);
        const clear = (a: number) => Math.abs(a / limit - 1) > 1e-9;
        if (low !== null && clear(low)) expect(low > limit).toBe(p(limit).below < 0.05);
        if (high !== null && clear(high)) expect(high < limit).toBe(p(limit).above < 0.05);
      }),
      { numRuns: 300 },
    );
  });

  it("learns nothing where one group had all requests, and cannot count its events there", () => {
    const { interval, p } = conditionalRatio(windows([0, 0, 30], [1, 12, 0]));
    expect(interval(0.9)).toEqual({ low: null, high: null });
    expect(p(1)).toEqual({ below: 1, above: 1 });
    expect(() => conditionalRatio(windows([0, 1, 30]))).toThrow(RangeError);
  });

  it("is not misled by a base rate that rises with the weight, where a test of the sums is", () => {
    const random = xoshiro256(7n);
    let told = 0;
    for (let run = 0; run < 200; run++) {
      const seen = [0.05, 0.05, 0.25, 0.25, 0.5, 0.5].map((share, i) => {
        const rate = [0.01, 0.01, 0.02, 0.02, 0.04, 0.04][i] ?? 0;
        const own = Math.round(4_000 * share);
        return {
          share,
          own: drawBinomial(own, rate, random),
          other: drawBinomial(4_000 - own, rate, random),
        };
      });
      if (conditionalRatio(seen).p(1).below < 0.05) told++;
    }
    expect(told).toBeLessThanOrEqual(10);
  });
});

it("the events to decide are Wald's, and there are none where nothing can be shown", () => {
  const of = { share: 0.5, limit: 2, truth: 1, side: "below" as const, alpha: 0.05 };
  const drift = 0.5 * Math.log(0.5 / (2 / 3)) + 0.5 * Math.log(0.5 / (1 / 3));
  expect(eventsToDecide(of)).toBeCloseTo(Math.log(3 / 0.05) / drift, 9);
  expect(eventsToDecide({ ...of, truth: 2 })).toBeNull();
  expect(eventsToDecide({ ...of, limit: 1, truth: 1, side: "above" })).toBeNull();
});
