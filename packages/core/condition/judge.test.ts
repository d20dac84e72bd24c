import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Estimate, estimate, type SampledEstimate } from "../estimate.ts";
import { combine } from "../verdict.ts";
import type { Contrast } from "./contrast.ts";
import { judge } from "./judge.ts";

/** `auc - baseline.auc op limit`, unless said otherwise. */
function difference(op: Contrast["op"], limit: number, rest: Partial<Contrast> = {}): Contrast {
  const auc = { name: "auc", args: [], where: [] };
  return {
    id: "auc - baseline.auc",
    terms: [
      { weight: 1, quantity: { ...auc, source: "own" } },
      { weight: -1, quantity: { ...auc, source: "baseline" } },
    ],
    op,
    limit,
    unit: "proportion",
    neutral: 0,
    ...rest,
  };
}

function sampled(
  low: number | null,
  high: number | null,
  rest: Partial<SampledEstimate> = {},
): SampledEstimate {
  return {
    kind: "sampled",
    value: ((low ?? high ?? 0) + (high ?? low ?? 0)) / 2,
    unit: "proportion",
    n: 1000,
    of: "row",
    method: "DeLong",
    interval: { low, high, level: 0.95 },
    promise: { holds: true },
    ...rest,
  };
}

const exact = (value: number): Estimate => ({ kind: "exact", value, unit: "count", n: 10 });
const weak = { promise: { holds: false, reason: "too few positives", has: 10, needs: 100 } } as const;

describe("judging a sampled quantity", () => {
  it.each([
    [">", -0.005, 0.001, 0.01, "pass", "better"],
    [">", -0.005, -0.004, 0.003, "pass", "unclear"],
    [">", -0.005, -0.004, -0.001, "pass", "worse"],
    [">", -0.005, -0.02, -0.006, "fail", "worse"],
    [">", -0.005, -0.02, 0.02, "inconclusive", "unclear"],
    [">", 0.01, 0.001, 0.02, "inconclusive", "better"],
    ["<=", 0.05, -0.02, -0.01, "pass", "better"],
    ["<=", 0.05, 0.01, 0.04, "pass", "worse"],
    ["<=", 0.05, 0.06, 0.07, "fail", "worse"],
    ["<=", 0.05, 0.04, 0.06, "inconclusive", "worse"],
  ] as const)("%s %f with [%f, %f] is %s, and the change is %s", (op, limit, low, high, verdict, change) => {
    expect(judge(difference(op, limit), sampled(low, high))).toMatchObject({ verdict, change });
  });

  it("says nothing of better or worse where nothing is compared", () => {
    expect(judge(difference(">", 0.5, { neutral: null }), sampled(0.6, 0.7)).change).toBeNull();
  });

  it("measures a ratio's change from 1", () => {
    const ratio = difference("<", 1.02, { neutral: 1, unit: "ratio" });
    expect(judge(ratio, sampled(0.9, 0.95))).toMatchObject({ verdict: "pass", change: "better" });
    expect(judge(ratio, sampled(1.001, 1.01))).toMatchObject({ verdict: "pass", change: "worse" });
  });

  it("passes with one bound where the other side is open", () => {
    expect(judge(difference("<=", 20), sampled(null, 19)).verdict).toBe("pass");
    expect(judge(difference("<=", 20), sampled(21, null)).verdict).toBe("fail");
    expect(judge(difference("<=", 20), sampled(19, null)).verdict).toBe("inconclusive");
    expect(judge(difference("<=", 20), sampled(null, null)).verdict).toBe("inconclusive");
  });

  it("counts the limit itself to neither side", () => {
    for (const op of [">", ">=", "<", "<="] as const)
      for (const [low, high] of [
        [0, 0.1],
        [-0.1, 0],
        [0, 0],
      ] as const)
        expect(judge(difference(op, 0), sampled(low, high)).verdict).toBe("inconclusive");
  });

  it("does not pass on a method that does not keep its promise, nor praises by it", () => {
    expect(judge(difference(">", -0.005), sampled(0.01, 0.02, weak))).toEqual({
      verdict: "inconclusive",
      reason: "method-without-promise",
      detail: "too few positives",
      change: "unclear",
    });
  });

  it("does not pass where a group was too small to judge", () => {
    const groups = { extreme: ["F", "M"], judged: 2, tooSmall: [{ group: "X", n: 7, needs: 100 }] };
    expect(judge(difference("<=", 0.05), sampled(0, 0.01, { groups }))).toMatchObject({
      verdict: "inconclusive",
      reason: "group-too-small",
      detail: "X: 7 of 100",
    });
  });

  it("does not pass on an interval wider than was asked for", () => {
    const narrow = difference(">", 0.01, { tolerance: 0.005 });
    expect(judge(narrow, sampled(0.02, 0.03)).verdict).toBe("pass");
    expect(judge(narrow, sampled(0.02, 0.04))).toMatchObject({
      verdict: "inconclusive",
      reason: "interval-too-wide",
    });
    expect(judge(narrow, sampled(0.02, null))).toMatchObject({
      verdict: "inconclusive",
      reason: "interval-too-wide",
    });
  });

  it("leaves a proven harm a failure, whatever weakens the estimate", () => {
    expect(judge(difference(">", 0.01, { tolerance: 0.005 }), sampled(-0.9, -0.1, weak)).verdict).toBe(
      "fail",
    );
  });
});

describe("judging other quantities", () => {
  it.each([
    [">", 1, 2, "pass"],
    [">", 1, 1, "fail"],
    [">=", 1, 1, "pass"],
    ["<", 1, 1, "fail"],
    ["<=", 1, 1, "pass"],
    ["=", 0, 0, "pass"],
    ["=", 0, 1, "fail"],
    ["!=", 0, 0, "fail"],
    ["!=", 0, 1, "pass"],
  ] as const)("exactly: %s %f with %f is %s", (op, limit, value, verdict) => {
    expect(judge(difference(op, limit), exact(value)).verdict).toBe(verdict);
  });

  it("passes nothing that has no value", () => {
    for (const op of [">", ">=", "<", "<=", "=", "!="] as const) {
      expect(judge(difference(op, 0), exact(Number.NaN)).verdict).toBe("inconclusive");
      expect(judge(difference(op, 0), sampled(Number.NaN, Number.NaN)).verdict).toBe("inconclusive");
      expect(
        judge(difference(op, 0), { kind: "missing", reason: "no-rows", detail: "no rows", n: 0 }),
      ).toEqual({ verdict: "inconclusive", reason: "missing", detail: "no rows", change: null });
    }
  });

  it("believes a reported number only as far as `+/-` says", () => {
    const reported: Estimate = { kind: "reported", value: 0.03, unit: "proportion", from: "metrics.json" };
    expect(judge(difference(">", 0.01), reported)).toMatchObject({
      verdict: "inconclusive",
      reason: "no-uncertainty",
    });
    expect(judge(difference(">", 0.01, { tolerance: 0.01 }), reported).verdict).toBe("pass");
    expect(judge(difference(">", 0.01, { tolerance: 0.02 }), reported).verdict).toBe("inconclusive");
    expect(judge(difference(">", 0.05, { tolerance: 0.01 }), reported).verdict).toBe("fail");
  });

  it("sees neither better nor worse in an equality", () => {
    expect(judge(difference("=", 0), exact(3)).change).toBeNull();
  });
});

describe("laws of judging", () => {
  const number = fc.integer({ min: -20, max: 20 });
  const op = fc.constantFrom(">", ">=", "<", "<=" as const);
  const tolerance = fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined });
  const contrasts = fc
    .record({ op, limit: number, tolerance })
    .map(({ op, limit, tolerance }) => difference(op, limit, tolerance === undefined ? {} : { tolerance }));
  const promise = fc.constantFrom({ holds: true } as const, weak.promise);
  const rank = { fail: 0, error: 0, inconclusive: 1, not_applicable: 1, pass: 2 };

  it("shrinking the interval never takes back a pass or a fail, nor turns one into the other", () => {
    const nested = fc.tuple(number, number, number, number).map((four) => four.sort((a, b) => a - b));
    fc.assert(
      fc.property(contrasts, nested, promise, (contrast, [low, inLow, inHigh, high], promise) => {
        const wide = judge(contrast, sampled(low as number, high as number, { promise }));
        const narrow = judge(contrast, sampled(inLow as number, inHigh as number, { promise }));
        if (wide.verdict !== "inconclusive") expect(narrow.verdict).toBe(wide.verdict);
        if (wide.change === "better" || wide.change === "worse") expect(narrow.change).toBe(wide.change);
      }),
      { numRuns: 2000 },
    );
  });

  it("a better estimate is never judged worse", () => {
    fc.assert(
      fc.property(
        contrasts,
        number,
        fc.nat(10),
        fc.nat(10),
        promise,
        (contrast, low, width, gain, promise) => {
          const sign = contrast.op.startsWith(">") ? 1 : -1;
          const before = judge(contrast, sampled(low, low + width, { promise })).verdict;
          const after = judge(
            contrast,
            sampled(low + sign * gain, low + width + sign * gain, { promise }),
          ).verdict;
          expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
          const exactly = [low, low + sign * gain].map(
            (value) => rank[judge(contrast, exact(value)).verdict],
          );
          expect(exactly[1]).toBeGreaterThanOrEqual(exactly[0] as number);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("a condition and its opposite never both pass or both fail", () => {
    const opposite = { ">": "<=", ">=": "<", "<": ">=", "<=": ">" } as const;
    fc.assert(
      fc.property(op, number, number, fc.nat(10), (op, limit, low, width) => {
        const estimate = sampled(low, low + width);
        const verdicts = [op, opposite[op]].map((each) => judge(difference(each, limit), estimate).verdict);
        expect([
          ["fail", "pass"],
          ["inconclusive", "inconclusive"],
        ]).toContainEqual(verdicts.sort());
      }),
    );
  });

  it("loosening the limit never worsens a list of conditions", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, fc.nat(5), number), { minLength: 1, maxLength: 5 }),
        fc.nat(5),
        (rows, slack) => {
          const list = (loose: number) =>
            combine(
              rows.map(
                ([low, width, limit]) =>
                  judge(difference(">", limit - loose), sampled(low, low + width)).verdict,
              ),
            );
          expect(rank[list(slack)]).toBeGreaterThanOrEqual(rank[list(0)]);
        },
      ),
    );
  });

  it("judges what the evidence can hold", () => {
    expect(estimate.parse(sampled(0, 1, weak))).toEqual(sampled(0, 1, weak));
  });
});
