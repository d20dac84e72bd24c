import type { Contrast, Estimate, Judged } from "@mlops-actions/core";
import { judge } from "@mlops-actions/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBounds, formatChange, formatInterval, formatLimit, formatSides } from "./change.ts";
import { decimalsOf } from "./decimals.ts";
import { formatRule } from "./rule.ts";
import { formatEstimate, formatValue } from "./value.ts";

const own = { source: "own", name: "auc", args: [], where: [] } as const;
const contrast = (more: Partial<Contrast>): Contrast => ({
  id: "auc - baseline.auc",
  terms: [
    { weight: 1, quantity: { ...own, args: [], where: [] } },
    { weight: -1, quantity: { ...own, source: "baseline", args: [], where: [] } },
  ],
  op: ">",
  limit: -0.005,
  unit: "proportion",
  neutral: 0,
  ...more,
});
const sampled = (
  value: number,
  low: number | null,
  high: number | null,
  unit: Contrast["unit"] = "proportion",
): Estimate => ({
  kind: "sampled",
  value,
  unit,
  n: 900,
  of: "row",
  method: "DeLong",
  interval: { low, high, level: 0.95 },
  promise: { holds: true },
});
const exact = (value: number, unit: Contrast["unit"]): Estimate => ({ kind: "exact", value, unit, n: 1 });
const sides = (baseline: Estimate, candidate: Estimate): Judged["sides"] => [
  { label: "baseline.auc", source: "baseline", estimate: baseline },
  { label: "auc", source: "own", estimate: candidate },
];
const both = (c: Contrast, e: Estimate, style?: "ascii"): string =>
  `${formatChange(c, e, style)} ${formatInterval(c, e, style)}`;

describe("a change beside its interval", () => {
  it("has the decimals that the interval supports", () => {
    expect(both(contrast({}), sampled(0.0021, 0.0011, 0.0031))).toBe("+0.0021 [+0.0011,\u00a0+0.0031]");
    expect(both(contrast({}), sampled(-0.00098, -0.00912, 0.00713))).toBe("−0.001 [−0.009,\u00a0+0.007]");
  });

  it("is told in points where the limit was written in per cent", () => {
    const gap = contrast({ percent: true, op: "<=", limit: 0.03 });
    expect(both(gap, sampled(-0.009, -0.023, 0.005))).toBe("−0.9\u00a0points [−2.3,\u00a0+0.5]");
    expect(both(gap, sampled(-0.009, -0.023, 0.005), "ascii")).toBe("-0.9 points [-2.3, +0.5]");
  });

  it("is a factor for a ratio", () => {
    const ratio = contrast({ neutral: 1, unit: "ratio", op: "<=", limit: 1.2 });
    expect(both(ratio, sampled(1.03, 0.99, 1.07, "ratio"))).toBe("×\u00a01.03 [0.99,\u00a01.07]");
    expect(both(ratio, sampled(1.03, 0.99, 1.07, "ratio"), "ascii")).toBe("x1.03 [0.99, 1.07]");
  });

  it("shows an open side as open", () => {
    expect(formatInterval(contrast({}), sampled(0.01, -0.002, null), "ascii")).toBe("[-0.002, inf)");
    expect(formatInterval(contrast({}), sampled(0.01, null, null), "ascii")).toBe("(-inf, inf)");
  });

  it("gives both ends for a sentence, each with its unit", () => {
    expect(formatBounds(contrast({}), sampled(0.0021, 0.0011, 0.0031))).toEqual({
      low: "+0.0011",
      high: "+0.0031",
    });
    const size = contrast({ neutral: null, op: "<=", limit: 50e6, unit: "byte" });
    expect(formatBounds(size, sampled(4e6, 3e6, null, "byte"), "ascii")).toEqual({
      low: "3.0 MB",
      high: null,
    });
    expect(formatBounds(contrast({}), exact(0.1, "proportion"))).toBeNull();
  });

  it("has no text where nothing was measured", () => {
    const missing: Estimate = { kind: "missing", reason: "no-rows", detail: "no rows", n: 0 };
    expect([formatChange(contrast({}), missing), formatInterval(contrast({}), undefined)]).toEqual([
      null,
      null,
    ]);
  });

  it("shares its decimals with both sides", () => {
    const judged = {
      contrast: contrast({}),
      estimate: sampled(-0.001, -0.009, 0.007),
      sides: sides(sampled(0.8612, 0.83, 0.89), sampled(0.8602, 0.83, 0.89)),
    };
    expect(formatSides(judged)).toEqual({ baseline: "0.861", own: "0.860" });
  });

  it("shows both sides of a ratio in one unit", () => {
    const judged = {
      contrast: contrast({ neutral: 1, unit: "ratio", limit: 1.2 }),
      estimate: sampled(1.5, 1.4, 1.6, "ratio"),
      sides: sides(exact(0.8, "second"), exact(1.2, "second")),
    };
    expect(formatSides(judged, "ascii")).toEqual({ baseline: "0.8 s", own: "1.2 s" });
  });

  it("gives by eye the verdict that was given", () => {
    const number = fc.integer({ min: -30_000, max: 30_000 });
    fc.assert(
      fc.property(number, number, number, fc.constantFrom(-0.02, -0.005, 0, 0.01), (a, b, c, limit) => {
        const [low, value, high] = [a, b, c].map((each) => each / 1e6).toSorted((x, y) => x - y) as [
          number,
          number,
          number,
        ];
        fc.pre([low, high].every((each) => each !== limit && each !== 0));
        const rule = contrast({ limit });
        const estimate = sampled(value, low, high);
        const printed =
          formatInterval(rule, estimate, "ascii")
            ?.match(/-?\d[\d.]*/g)
            ?.map(Number) ?? [];
        const [from = 0, to = 0] = printed;
        expect(judge(rule, sampled(value, from, to))).toEqual(judge(rule, estimate));
      }),
    );
  });
});

describe("decimals", () => {
  it("grow until no rounded number changes sides", () => {
    expect(decimalsOf({ value: 0.002, low: -0.00496, high: 0.009, against: [-0.005] })).toBe(5);
    expect(decimalsOf({ value: 0.84996, low: null, high: null, against: [0.85] })).toBe(5);
  });

  it("are at least those of the limit", () => {
    expect(decimalsOf({ value: 0, low: -0.4, high: 0.4, against: [-0.005] })).toBe(3);
  });
});

describe("a rule in words", () => {
  const cases: [Partial<Contrast>, string][] = [
    [{}, "not worse than −0.005"],
    [{ limit: 0 }, "better"],
    [{ limit: 0, op: ">=" }, "not worse"],
    [{ limit: 0.01 }, "better by 0.01"],
    [{ limit: 0.01, tolerance: 0.005 }, "better by 0.01, known to ± 0.005"],
    [{ limit: 0.03, op: "<=", percent: true }, "at most 3\u00a0points worse"],
    [{ limit: 0.01, op: "<=", percent: true }, "at most 1\u00a0point worse"],
    [{ limit: -0.02, op: "<", unit: "native" }, "better by 0.02"],
    [{ limit: 0.005, op: "<=", unit: "second" }, "at most 5\u00a0ms worse"],
    [{ neutral: 1, unit: "ratio", op: "<=", limit: 1.2 }, "at most ×\u00a01.2"],
    [{ neutral: null, op: ">=", limit: 0.85 }, "at least 0.85"],
    [{ neutral: null, op: "<=", limit: 0.08, percent: true }, "at most 8\u00a0%"],
    [{ neutral: null, op: "<=", limit: 50e6, unit: "byte" }, "at most 50\u00a0MB"],
    [{ neutral: null, op: ">=", limit: 10_000, unit: "count" }, "at least 10,000"],
    [{ neutral: null, op: "=", limit: 0, unit: "count" }, "exactly 0"],
  ];
  it.each(cases)("%j is %s", (more, words) => {
    expect(formatRule(contrast(more))).toBe(words);
  });

  it("needs nothing but ASCII at a log", () => {
    for (const [more] of cases) expect(formatRule(contrast(more), "ascii")).toMatch(/^[\x20-\x7e]+$/);
  });

  it("prints the limit as it was written", () => {
    expect(formatLimit(contrast({}))).toBe("−0.005");
  });
});

describe("a value", () => {
  it.each([
    [0.92641, "proportion", {}, "0.9264"],
    [0.07, "proportion", { percent: true, decimals: 1 }, "7.0\u00a0%"],
    [0.0031, "second", {}, "3.1\u00a0ms"],
    [192, "second", {}, "3.2\u00a0min"],
    [90_000, "second", {}, "25\u00a0h"],
    [3_888_000, "second", {}, "45\u00a0d"],
    [4.1e6, "byte", {}, "4.1\u00a0MB"],
    [16_281, "count", {}, "16,281"],
    [0.42, "USD", {}, "0.42\u00a0USD"],
    [0, "second", {}, "0\u00a0s"],
    [-0.00001, "proportion", { decimals: 2 }, "0.00"],
    [1e21, "native", {}, "1.00e+21"],
    [Number.NaN, "native", {}, "?"],
  ] as const)("%d %s %j is %s", (value, unit, how, text) => {
    expect(formatValue(value, unit, how)).toBe(text);
  });

  it("is rounded to what its interval supports, with the interval if wanted", () => {
    expect(formatEstimate(sampled(0.8612, 0.8312, 0.8923))).toBe("0.86");
    expect(formatEstimate(sampled(0.8612, 0.8312, 0.8923), { interval: true, style: "ascii" })).toBe(
      "0.86 [0.83, 0.89]",
    );
  });
});
