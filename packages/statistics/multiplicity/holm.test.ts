import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wilson } from "../interval/wilson.ts";
import { holm, holmBounds, holmLevel } from "./holm.ts";

const family = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 80 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((groups) => groups.map(([successes, rest]) => wilson(successes, successes + rest)));
const alpha = 0.025;

describe("Holm's adjusted p-values", () => {
  it("are statsmodels' multipletests(method='holm') in the order given", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it("never fall below the plain ones nor rise above Bonferroni's, and keep their order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (pValues) => {
        const adjusted = holm(pValues);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(
            Math.min(1, p * pValues.length) +
              1e-15 +
              Math.max(...adjusted.filter((_, j) => (pValues[j] ?? 0) < p), 0),
          );
          pValues.forEach((q, j) => {
            if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? 0);
          });
        });
      }),
    );
  });

  it("of no hypothesis are none", () => {
    expect(holm([])).toEqual([]);
  });
});

describe("simultaneous bounds", () => {
  it("of one member are its own", () => {
    const one = wilson(40, 60);
    expect(holmBounds([one], "low", alpha)).toEqual([one.interval(0.95).low]);
    expect(holmBounds([one], "high", alpha)).toEqual([one.interval(0.95).high]);
  });

  it("compatible with Holm: a member is bounded by the limit or beyond exactly when Holm rejects it", () => {
    fc.assert(
      fc.property(family, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (members, limit) => {
        const adjusted = holm(members.map((member) => member.p(limit).below));
        const lows = holmBounds(members, "low", alpha, limit);
        lows.forEach((low, i) => {
          expect((low ?? -Infinity) >= limit).toBe((adjusted[i] ?? 1) < alpha);
        });
        const adjustedAbove = holm(members.map((member) => member.p(limit).above));
        const highs = holmBounds(members, "high", alpha, limit);
        highs.forEach((high, i) => {
          expect((high ?? Infinity) <= limit).toBe((adjustedAbove[i] ?? 1) < alpha);
        });
      }),
    );
  });

  it("compatible with Holm: those not rejected share alpha among themselves alone", () => {
    const [far, ...near] = [wilson(95, 100), wilson(52, 100), wilson(49, 100)] as const;
    const lows = holmBounds([far, ...near], "low", alpha, 0.5);
    expect(lows[0]).toBe(0.5);
    expect(lows.slice(1)).toEqual(near.map((member) => member.interval(1 - alpha).low));
  });

  it("single-step: the largest is beyond a limit exactly when Holm rejects any", () => {
    fc.assert(
      fc.property(family, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (members, limit) => {
        const lows = holmBounds(members, "low", alpha).map((low) => low ?? -Infinity);
        const rejects = holm(members.map((member) => member.p(limit).below)).some((p) => p < alpha);
        expect(Math.max(...lows) > limit).toBe(rejects);
      }),
    );
  });

  it("are the two ends of an interval at Holm's level", () => {
    const member = wilson(30, 90);
    const [low] = holmBounds([member, member, member], "low", alpha);
    expect(low).toBeCloseTo(member.interval(holmLevel(0.95, 3)).low ?? Number.NaN, 12);
  });
});
