import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logitDifference, logitInterval } from "../interval/logit.ts";
import { normalInterval } from "../interval/student.ts";
import { type ByClass, delong, type PairedPlacements } from "./delong.ts";

const labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
const a = [0.1, 0.25, 0.4, 0.3, 0.6, 0.2, 0.35, 0.8, 0.55, 0.7, 0.9, 0.45];
const b = [0.2, 0.3, 0.5, 0.25, 0.65, 0.1, 0.3, 0.7, 0.5, 0.4, 0.85, 0.6];

/** The definition: every positive against every negative, ties half. */
function placements(
  labels: readonly number[],
  a: readonly number[],
  b: readonly number[],
): ByClass<PairedPlacements> {
  const rows = labels.map((label, row) => ({ label, a: a[row] ?? 0, b: b[row] ?? 0 }));
  const wins = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);
  const mean = (values: number[]) => values.reduce((total, value) => total + value, 0) / values.length;
  const sums = (label: number): PairedPlacements => {
    const own = rows.filter((row) => row.label === label);
    const others = rows.filter((row) => row.label !== label);
    const of = (score: "a" | "b") =>
      own.map((row) =>
        mean(
          others.map((other) =>
            label === 1 ? wins(row[score], other[score]) : wins(other[score], row[score]),
          ),
        ),
      );
    const [va, vb] = [of("a"), of("b")];
    const product = (x: number[], y: number[]) =>
      x.reduce((total, value, i) => total + (value - mean(x)) * ((y[i] ?? 0) - mean(y)), 0) / (x.length - 1);
    return {
      n: own.length,
      meanA: mean(va),
      meanB: mean(vb),
      varA: product(va, va),
      varB: product(vb, vb),
      covAB: product(va, vb),
    };
  };
  return { positives: sums(1), negatives: sums(0) };
}

describe("DeLong on twelve rows (values: own evaluation with NumPy 1.24, and in SQL)", () => {
  const pair = delong(placements(labels, a, b));

  it("both AUC and their covariance matrix", () => {
    expect(pair.a).toBeCloseTo(0.8888888889, 9);
    expect(pair.b).toBeCloseTo(0.8055555556, 9);
    expect(pair.varA).toBeCloseTo(0.009876543209876545, 12);
    expect(pair.varB).toBeCloseTo(0.018209876543209876, 12);
    expect(pair.covAB).toBeCloseTo(0.011728395061728394, 12);
  });

  it("the difference on the plain scale: se 0.0680, two-sided p 0.2207", () => {
    const standardError = Math.sqrt(pair.varA + pair.varB - 2 * pair.covAB);
    expect(standardError).toBeCloseTo(0.0680413817439772, 12);
    const { below, above } = normalInterval({ estimate: pair.a - pair.b, standardError }).p(0);
    expect(2 * Math.min(below, above)).toBeCloseTo(0.2206713619198475, 9);
  });

  it("one AUC: Wald leaves [0, 1], the logit scale does not", () => {
    const one = { estimate: pair.a, standardError: Math.sqrt(pair.varA) };
    const wald = normalInterval(one).interval(0.95);
    expect(wald.low).toBeCloseTo(0.694106102, 9);
    expect(wald.high).toBeCloseTo(1.0836716757, 9);
    const logit = logitInterval(one).interval(0.95);
    expect(logit.low).toBeCloseTo(0.5267907734, 9);
    expect(logit.high).toBeCloseTo(0.9829031652, 9);
  });

  it("without a baseline only the candidate's", () => {
    const { positives, negatives } = placements(labels, a, b);
    const alone = ({ n, meanA, varA }: PairedPlacements) => ({ n, meanA, varA });
    expect(delong({ positives: alone(positives), negatives: alone(negatives) })).toEqual({
      a: pair.a,
      varA: pair.varA,
    });
  });

  it("needs two of each class", () => {
    const { positives, negatives } = placements(labels, a, b);
    expect(() => delong({ positives: { ...positives, n: 1 }, negatives })).toThrow(RangeError);
  });
});

it("does not change under a monotone change of one model's scores", () => {
  const score = fc.integer({ min: -20, max: 20 });
  fc.assert(
    fc.property(fc.array(fc.tuple(score, score), { minLength: 12, maxLength: 12 }), (scores) => {
      const first = scores.map(([x]) => x);
      const second = scores.map(([, y]) => y);
      const before = delong(placements(labels, first, second));
      const after = delong(
        placements(
          labels,
          first.map((x) => Math.exp(x / 5) - 3),
          second,
        ),
      );
      expect(after.varA).toBeCloseTo(before.varA, 12);
      expect(after.covAB).toBeCloseTo(before.covAB, 12);
      const interval = logitDifference({ ...before, n: 6 }).interval(0.95);
      expect(interval.low).toBeLessThanOrEqual(before.a - before.b + 1e-12);
      expect(interval.high).toBeGreaterThanOrEqual(before.a - before.b - 1e-12);
    }),
  );
});
