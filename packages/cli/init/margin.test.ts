import { xoshiro256 } from "@mlops-actions/statistics";
import { describe, expect, it } from "vitest";
import type { Answer } from "./answer.ts";
import { ASSUMED, marginOf } from "./margin.ts";

const binary: Answer = { task: "binary", column: "left", positive: "yes", share: 0.3 };
const limitOf = (answer: Answer, rows: number) =>
  Math.abs(Number(marginOf(answer, rows).condition.split(/[<>] /)[1]));

describe("the margin of the first rule", () => {
  it("is a condition on the change, with what was taken for it", () => {
    const { condition, because } = marginOf(binary, 900);
    expect(condition).toMatch(/^auc - baseline\.auc > -0\.0\d+$/);
    expect(because).toContain("900 test rows");
    expect(marginOf({ task: "multiclass", column: "c", classes: ["a", "b", "c"] }, 900).condition).toBe(
      // 2.8016 · √(0.05 / 900) = 0.02088
      "accuracy - baseline.accuracy > -0.021",
    );
    expect(marginOf({ task: "regression", column: "c" }, 1_599).condition).toBe(
      // 1 + 2.8016 · √(0.05 / 1599) = 1.01567
      "rmse / baseline.rmse < 1.016",
    );
  });

  it("halves with four times the rows, up to its rounding", () => {
    for (const rows of [200, 1_000, 30_000])
      expect(limitOf(binary, rows) / limitOf(binary, 4 * rows)).toBeCloseTo(2, 0);
  });

  it("lets an equal model pass in about 80 of 100 cases", () => {
    const [rows, runs] = [400, 300];
    const draw = xoshiro256(7n);
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    // Φ⁻¹(0.85) · √2: two normal distributions this far apart have an AUC of 0.85.
    const apart = 1.0364334 * Math.SQRT2;
    const differences = Array.from({ length: runs }, () => {
      const people = Array.from({ length: rows }, (_, i) => {
        const isPositive = i < rows * binary.share;
        const [common, own, other] = [normal(), normal(), normal()];
        const r = ASSUMED.correlation;
        const score = (noise: number) =>
          (isPositive ? apart : 0) + Math.sqrt(r) * common + Math.sqrt(1 - r) * noise;
        return { isPositive, one: score(own), two: score(other) };
      });
      return (
        auc(people.map(({ isPositive, one }) => [one, isPositive])) -
        auc(people.map(({ isPositive, two }) => [two, isPositive]))
      );
    });
    const sd = Math.sqrt(differences.reduce((sum, d) => sum + d * d, 0) / runs);
    // It passes where its interval's lower end, 1.96 standard errors down, is above the margin.
    const passed = differences.filter((d) => d - 1.959964 * sd > -limitOf(binary, rows)).length / runs;
    expect(passed).toBeGreaterThan(0.7);
    expect(passed).toBeLessThan(0.92);
  });
});

function auc(scored: readonly (readonly [number, boolean])[]): number {
  const ranked = scored.toSorted(([a], [b]) => a - b);
  const ranks = ranked.reduce((sum, [, isPositive], at) => sum + (isPositive ? at + 1 : 0), 0);
  const positives = ranked.filter(([, isPositive]) => isPositive).length;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (ranked.length - positives));
}
