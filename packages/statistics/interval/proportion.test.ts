import { describe, expect, it } from "vitest";
import { clopperPearson } from "./clopper-pearson.ts";
import { newcombe } from "./newcombe.ts";
import { proportion } from "./proportion.ts";
import { wilson } from "./wilson.ts";

describe("intervals of one proportion at 95 %, as statsmodels 0.13 proportion_confint", () => {
  it.each([
    [8, 10, 0.49016247, 0.94331785],
    [0, 20, 0, 0.16112516],
    [95, 100, 0.88824953, 0.97845632],
    [1, 1000, 0.00017655, 0.00564256],
  ])("Wilson, %i of %i", (successes, n, low, high) => {
    const interval = wilson(successes, n).interval(0.95);
    expect(interval.low).toBeCloseTo(low, 8);
    expect(interval.high).toBeCloseTo(high, 8);
  });

  it.each([
    [8, 10, 0.44390454, 0.97478927],
    [0, 20, 0, 0.16843347],
    [95, 100, 0.88716509, 0.98356812],
    [1, 1000, 0.00002532, 0.00555892],
    [8, 40, 0.0905224094, 0.3564780187],
  ])("Clopper–Pearson, %i of %i", (successes, n, low, high) => {
    const interval = clopperPearson(successes, n).interval(0.95);
    expect(interval.low).toBeCloseTo(low, 8);
    expect(interval.high).toBeCloseTo(high, 8);
  });

  it("bounds 0 of 20 from one side at 95 % by 1 − 0.05^(1/20), Clopper–Pearson", () => {
    expect(clopperPearson(0, 20).interval(0.9).high).toBeCloseTo(0.13910834066826516, 12);
  });
});

describe("Newcombe's interval", () => {
  it("is statsmodels 0.13's confint_proportions_2indep(95, 100, 88, 100, method='newcomb')", () => {
    const { low, high } = newcombe({ successes: 95, n: 100 }, { successes: 88, n: 100 }).interval(0.95);
    expect(low).toBeCloseTo(-0.009458882754380712, 12);
    expect(high).toBeCloseTo(0.15314235948872296, 12);
  });
});

describe("a proportion at any count", () => {
  it.each([
    [9, 500, clopperPearson],
    [491, 500, clopperPearson],
    [10, 500, wilson],
    [490, 500, wilson],
    [0, 4, clopperPearson],
  ])("%i of %i", (successes, n, method) => {
    expect(proportion(successes, n).interval(0.95)).toEqual(method(successes, n).interval(0.95));
  });
});

it("a proportion of nothing is a mistake of the caller", () => {
  expect(() => wilson(0, 0)).toThrow(RangeError);
  expect(() => clopperPearson(3, 2)).toThrow(RangeError);
  expect(() => wilson(0.5, 2)).toThrow(RangeError);
});

it.each([0, 1, 1.5, Number.NaN])("a level of %f is a mistake of the caller", (level) => {
  expect(() => wilson(1, 2).interval(level)).toThrow(RangeError);
  expect(() => newcombe({ successes: 1, n: 2 }, { successes: 1, n: 2 }).interval(level)).toThrow(RangeError);
});
