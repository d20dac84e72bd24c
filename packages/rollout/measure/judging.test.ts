import { describe, expect, it } from "vitest";
import { guardrail } from "../guardrail/guardrail.ts";
import type { Plan } from "../record/payload.ts";
import { forecast } from "./forecast.ts";
import { judging } from "./judging.ts";
import { boundsOf, packed, type Side, sideOf, unpacked } from "./tally.ts";
import type { Window } from "./windows.ts";

const plan: Plan = {
  steps: [0.05, 0.25, 0.5, 1],
  guardrails: [],
  windows: 3,
  window: 60,
  dwell: 180,
  minRequests: null,
  deadline: 1e9,
  onDeadline: "rollback",
  confidence: 0.9,
};
const of = { plan, unit: "request", sticky: false } as const;
const side = (requests: number, bad = 0, more: Partial<Side> = {}): Side => ({
  requests,
  bad,
  keys: 0,
  milliseconds: 0,
  slow: [],
  ...more,
});
const window = (stable: Side, canary: Side, step = 2): Window => ({
  step,
  from: new Date(0),
  to: new Date(60_000),
  stable,
  canary,
});
const times = (count: number, one: Window) => Array.from({ length: count }, () => one);
const asked = (text: string, windows: readonly Window[], how: Parameters<typeof judging>[2] = of) => {
  const { harm, judged, isSplitBroken } = judging(windows, [guardrail(text)], how);
  return { isHarm: harm[0]?.isShown, verdict: judged[0]?.verdict, judged: judged[0], isSplitBroken };
};

describe("a ratio of error rates", () => {
  const text = "error_rate / stable.error_rate <= 1.5";

  it("passes where it is proved, is harm where it is worse at all, and else cannot be told", () => {
    expect(asked(text, times(20, window(side(1000, 10), side(1000, 10))))).toMatchObject({
      isHarm: false,
      verdict: "pass",
    });
    expect(asked(text, times(3, window(side(1000, 10), side(1000, 30))))).toMatchObject({ isHarm: true });
    expect(asked(text, times(2, window(side(1000, 10), side(1000, 10))))).toMatchObject({
      isHarm: false,
      verdict: "inconclusive",
    });
    // Within the condition, and still worse.
    expect(asked(text, times(40, window(side(2000, 20), side(2000, 26))))).toMatchObject({ isHarm: true });
  });

  it("says nothing without requests to both, or without errors", () => {
    expect(asked(text, [])).toMatchObject({ isHarm: false, verdict: "inconclusive" });
    expect(asked(text, times(9, window(side(1000, 50), side(0))))).toMatchObject({ verdict: "inconclusive" });
    expect(asked(text, times(9, window(side(1000), side(1000))))).toMatchObject({ verdict: "inconclusive" });
  });

  it("is not told by a sum that load and weight have mixed", () => {
    const ramp = [
      ...times(5, window(side(9500, 95), side(500, 5), 0)),
      ...times(5, window(side(5000, 400), side(5000, 400), 2)),
    ];
    expect(asked(text, ramp).isHarm).toBe(false);
  });
});

it("a difference is judged where stable hardly ever errs", () => {
  const text = "error_rate - stable.error_rate <= 0.5%";
  expect(asked(text, times(10, window(side(1000), side(1000))))).toMatchObject({ verdict: "pass" });
  expect(asked(text, times(1, window(side(60), side(60))))).toMatchObject({ verdict: "inconclusive" });
  expect(asked(text, times(20, window(side(1000, 1), side(1000, 40))))).toMatchObject({
    verdict: "fail",
    isHarm: true,
  });
});

describe("a quantile of latency", () => {
  const text = "latency.p95 / stable.latency.p95 <= 1.2";
  const slow = (quantile: number, allowed: number) => side(1000, 0, { slow: [{ quantile, allowed }] });

  it("passes where fewer lie beyond what is allowed than beyond stable's quantile", () => {
    expect(asked(text, times(20, window(slow(50, 20), slow(50, 20)))).verdict).toBe("pass");
    expect(asked(text, times(20, window(slow(50, 20), slow(60, 50)))).verdict).toBe("inconclusive");
  });

  it("is harm where more of the canary's lie beyond stable's quantile, whatever is allowed", () => {
    expect(asked(text, times(20, window(slow(50, 20), slow(90, 20))))).toMatchObject({ isHarm: true });
  });

  it("stands at bounds of the histogram, where it has some between", () => {
    const buckets = [0.05, 0.1, 0.11, 0.5].map((upTo, i) => ({ upTo, count: [500, 960, 990, 1000][i] ?? 0 }));
    expect(boundsOf({ share: 0.95, limit: 1.2 }, buckets)).toEqual({ quantile: 0.1, allowed: 0.11 });
    expect(boundsOf({ share: 0.95, limit: 1.05 }, buckets)).toBeUndefined();
  });

  it("is kept in an entry, for both", () => {
    const rules = [guardrail(text)];
    const bounds = { [rules[0]?.condition ?? ""]: { quantile: 0.1, allowed: 0.11 } };
    const counters = (slow: number) => ({
      requests: 100,
      errors: 1,
      latency: {
        sum: 5,
        buckets: [
          { upTo: 0.1, count: 100 - slow },
          { upTo: 0.11, count: 100 - slow + 2 },
          { upTo: 9, count: 100 },
        ],
      },
    });
    const tally = {
      stable: sideOf(counters(5), rules, { bounds, unit: "request" }),
      canary: sideOf(counters(8), rules, { bounds, unit: "request" }),
    };
    expect(tally.canary.slow).toEqual([{ quantile: 8, allowed: 6 }]);
    const back = unpacked(packed(tally, rules, "request"), rules, "request");
    expect(back).toEqual({
      stable: { ...tally.stable, milliseconds: 0 },
      canary: { ...tally.canary, milliseconds: 0 },
    });
  });
});

it("a mean of latency needs twenty windows, and says so", () => {
  const text = "latency.mean / stable.latency.mean <= 1.2";
  const mean = (milliseconds: number) => side(100, 0, { milliseconds });
  const some = (count: number, factor: number) =>
    Array.from({ length: count }, (_, i) =>
      window(mean(10_000 + 50 * (i % 3)), mean(factor * (10_000 - 40 * (i % 5)))),
    );
  expect(asked(text, some(30, 1)).verdict).toBe("pass");
  expect(asked(text, some(10, 1)).judged).toMatchObject({
    verdict: "inconclusive",
    reason: "method-without-promise",
  });
  expect(asked(text, some(30, 1.1))).toMatchObject({ isHarm: true });
});

describe("the split", () => {
  const text = "error_rate / stable.error_rate <= 1.5";
  const uneven = times(3, window(side(10_000, 1), side(1_200, 1), 0));

  it("must be as it was set", () => {
    expect(asked(text, uneven).isSplitBroken).toBe(true);
    expect(asked(text, times(3, window(side(9_520, 1), side(480, 1), 0))).isSplitBroken).toBe(false);
  });

  it("of requests that stick to users shows nothing", () => {
    expect(asked(text, uneven, { ...of, sticky: true }).isSplitBroken).toBe(false);
  });
});

describe("what is to be expected", () => {
  const present = (rate: number) => ({ requests: 100_000, bad: 100_000 * rate, seconds: 36_000, slow: [] });
  const of = (rate: number, ratio: number) =>
    forecast(
      { ...plan, window: 0, dwell: 0 },
      [guardrail(`error_rate / stable.error_rate <= ${ratio}`)],
      present(rate),
    );

  // Medians of simulated rollouts of an equal canary.
  it.each([
    [0.05, 2, 3_100],
    [0.01, 2, 11_000],
    [0.01, 1.5, 17_000],
    [0.01, 1.25, 46_000],
    [0.001, 2, 105_000],
    [0.001, 1.25, 441_000],
  ])("at a rate of %d and a ratio of %d it is near %d requests", (rate, ratio, median) => {
    const { requests } = of(rate, ratio);
    expect((requests ?? 0) / median).toBeGreaterThan(0.75);
    expect((requests ?? 0) / median).toBeLessThan(1.7);
  });

  it("takes the time that the traffic gives", () => {
    const { requests, seconds } = of(0.01, 2);
    expect(seconds).toBeCloseTo(((requests ?? 0) * 36_000) / 100_000, -2);
  });

  it("is nothing where nothing can be decided", () => {
    const { hopeless, requests } = of(0, 2);
    expect(requests).toBeNull();
    expect(hopeless?.why).toContain("difference");
  });
});
