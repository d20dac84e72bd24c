import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seedFromDigest } from "../random/splitmix64.ts";
import { xoshiro256 } from "../random/xoshiro256.ts";
import { debiased } from "./debiased.ts";
import { dkwBound } from "./dkw.ts";
import { fisher } from "./fisher.ts";
import { homogeneity, homogeneityByDrawing } from "./homogeneity.ts";
import { jensenShannon } from "./jensen-shannon.ts";
import { kolmogorovTail } from "./kolmogorov.ts";
import { kolmogorovSmirnov, kolmogorovSmirnovNull } from "./kolmogorov-smirnov.ts";
import { mcdiarmidBound } from "./mcdiarmid.ts";
import { novelty } from "./novelty.ts";
import { populationStability } from "./population-stability.ts";
import { scoreTest } from "./score-test.ts";
import { shareChange } from "./share-change.ts";
import { totalVariation, totalVariationNull } from "./total-variation.ts";
import { effectiveSize, type TwoSamples } from "./two-samples.ts";
import { wasserstein } from "./wasserstein.ts";

/** Two lists of values as counts at their distinct values. */
function cells(reference: readonly number[], current: readonly number[]): TwoSamples & { at: number[] } {
  const at = [...new Set([...reference, ...current])].sort((a, b) => a - b);
  const count = (values: readonly number[]) =>
    at.map((value) => values.filter((one) => one === value).length);
  return { at, reference: count(reference), current: count(current) };
}

const four = { reference: [100, 200, 300, 400], current: [150, 150, 350, 350] };
const empty = { reference: [50, 30, 20, 0], current: [40, 30, 20, 10] };

describe("Kolmogorov–Smirnov", () => {
  it.each([
    [[1, 2, 3, 4, 5], [3, 4, 5, 6, 7], 0.4, 0.873015873015873],
    [
      [0.1, 0.4, 0.7, 1.1, 1.5, 1.9, 2.2, 3],
      [0.9, 1.3, 1.7, 2.5, 2.9, 3.3, 4.1, 4.2, 5, 5.5],
      0.575,
      0.07043283513871751,
    ],
    [[1, 1, 2, 2, 3], [2, 2, 3, 3, 3, 4], 0.4666666666666667, 0.474025974025974],
  ])("is SciPy's exact one", (reference, current, distance, p) => {
    const found = kolmogorovSmirnov(cells(reference, current));
    expect(found.distance).toBeCloseTo(distance, 12);
    expect(found.p).toBeCloseTo(p, 12);
  });

  it("has Kolmogorov's tail where samples are large, its far end too", () => {
    const at = (distance: number, n: number, m: number) =>
      kolmogorovTail(Math.sqrt(effectiveSize(n, m)) * distance);
    expect(at(0.08, 1000, 800)).toBeCloseTo(0.0067667000571644915, 12);
    expect(at(0.02, 1e5, 1e5) / 8.496708510583118e-18).toBeCloseTo(1, 9);
    expect(at(0.01, 2e5, 5e4)).toBeCloseTo(0.0006709252557796953, 12);
    expect([1.3580986393225507, 1.6276236115189504, 1.9494746035043753].map(kolmogorovTail)).toEqual([
      expect.closeTo(0.05, 10),
      expect.closeTo(0.01, 10),
      expect.closeTo(0.001, 10),
    ]);
    // both series where they meet
    expect(kolmogorovTail(1.18 - 1e-9)).toBeCloseTo(kolmogorovTail(1.18 + 1e-9), 8);
    expect([0, 0.05].map(kolmogorovTail)).toEqual([1, 1]);
  });

  it("is 1 and certain for samples that share nothing, 0 and nothing for the same", () => {
    expect(kolmogorovSmirnov({ reference: [9, 0], current: [9, 0] })).toEqual({ distance: 0, p: 1 });
    const apart = kolmogorovSmirnov({ reference: [50, 0], current: [0, 50] });
    expect(apart.distance).toBe(1);
    expect(apart.p).toBeLessThan(1e-15);
  });

  it("tells a debiased effect and a bound for 5,000 against 500 rows", () => {
    expect(effectiveSize(5000, 500)).toBeCloseTo(454.54545454545456, 10);
    expect(kolmogorovSmirnovNull(5000, 500)).toBeCloseTo(0.0407471032689754, 6);
    expect(debiased(0.0762, kolmogorovSmirnovNull(5000, 500))).toBeCloseTo(0.06439032206152921, 5);
    expect(dkwBound(0.0762, { n: 5000, m: 500, alpha: 0.05 })).toBeCloseTo(-0.010930168625796169, 12);
    expect(kolmogorovTail(Math.sqrt(effectiveSize(5000, 500)) * 0.0762)).toBeCloseTo(
      0.010199314465184548,
      12,
    );
  });

  it("refuses a side without rows, and counts that are none", () => {
    expect(() => kolmogorovSmirnov({ reference: [0], current: [4] })).toThrow(RangeError);
    expect(() => kolmogorovSmirnov({ reference: [1.5], current: [4] })).toThrow(RangeError);
    expect(() => kolmogorovSmirnov({ reference: [1, 2], current: [4] })).toThrow(RangeError);
  });
});

describe("reference values of the distances between categories", () => {
  it("are those of SciPy and of the closed forms", () => {
    expect(totalVariation(four)).toBeCloseTo(0.1, 12);
    expect(jensenShannon(four)).toBeCloseTo(0.09385077499124855, 12);
    expect(jensenShannon(empty)).toBeCloseTo(0.2324129365435581, 12);
    expect(populationStability(empty)).toBeCloseTo(0.3201170392051219, 12);
    expect(homogeneity(four)).toMatchObject({
      chiSquare: expect.closeTo(24.32234432234432, 10),
      df: 3,
      p: expect.closeTo(2.1393340309433516e-5, 14),
      sparse: false,
    });
    expect(homogeneity(empty).p).toBeCloseTo(0.011139980641667716, 12);
  });

  it("a single row of a new category is no drift", () => {
    const one = { reference: [500, 500, 0], current: [500, 499, 1] };
    expect(homogeneity(one)).toMatchObject({ p: expect.closeTo(0.6062271667693988, 12), sparse: true });
    expect(homogeneityByDrawing(one, 9999, xoshiro256(1n))).toBeGreaterThan(0.5);
  });

  it("move rows as far as their values are apart", () => {
    const points = cells([0, 1, 3], [5, 6, 8]);
    expect(wasserstein(points, points.at)).toBeCloseTo(5, 12);
    expect(wasserstein({ reference: [3, 1], current: [2, 2] }, [0, 1])).toBeCloseTo(0.25, 12);
    const more = cells(
      [0.1, 0.4, 0.7, 1.1, 1.5, 1.9, 2.2, 3],
      [0.9, 1.3, 1.7, 2.5, 2.9, 3.3, 4.1, 4.2, 5, 5.5],
    );
    expect(wasserstein(more, more.at)).toBeCloseTo(1.7775, 12);
  });

  it("are nothing for one category, and the sum of all for disjoint ones", () => {
    expect(homogeneity({ reference: [7, 0], current: [9, 0] })).toMatchObject({ df: 0, p: 1 });
    expect(homogeneityByDrawing({ reference: [7], current: [9] }, 99, xoshiro256(1n))).toBe(1);
    const disjoint = { reference: [7, 0], current: [0, 9] };
    expect(totalVariation(disjoint)).toBe(1);
    expect(jensenShannon(disjoint)).toBe(1);
  });
});

describe("what chance does to total variation", () => {
  const random = xoshiro256(seedFromDigest("0123456789abcdef"));
  const shares = [0.05, 0.1, 0.15, 0.3, 0.4];
  const draw = (rows: number, of: readonly number[]) => {
    const counts = of.map(() => 0);
    for (let row = 0; row < rows; row++) {
      let left = random();
      const cell = of.findIndex((share) => {
        left -= share;
        return left < 0;
      });
      const at = cell === -1 ? of.length - 1 : cell;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return counts;
  };

  it("is its null mean", () => {
    let [seen, told] = [0, 0];
    for (let run = 0; run < 400; run++) {
      const counts = { reference: draw(5000, shares), current: draw(200, shares) };
      seen += totalVariation(counts) / 400;
      told += totalVariationNull(counts) / 400;
    }
    expect(told).toBeCloseTo(seen, 2);
    expect(told).toBeGreaterThan(0.05);
  });

  it("never lifts its bound above the truth more often than promised", () => {
    const moved = [0.15, 0.1, 0.15, 0.3, 0.3];
    let wrong = 0;
    for (let run = 0; run < 400; run++) {
      const counts = { reference: draw(1000, shares), current: draw(300, moved) };
      wrong += Number(mcdiarmidBound(counts, 0.05) > 0.1);
    }
    expect(wrong / 400).toBeLessThanOrEqual(0.05);
  });

  it("makes p-values by drawing that are those of the limit where both hold", () => {
    const counts = { reference: [500, 300, 200], current: [52, 38, 10] };
    const limit = homogeneity(counts);
    expect(limit.sparse).toBe(false);
    const seeds = Array.from({ length: 60 }, (_, seed) => BigInt(seed));
    const drawn = seeds.map((seed) => homogeneityByDrawing(counts, 20_000, xoshiro256(seed)));
    const mean = drawn.reduce((sum, p) => sum + p, 0) / seeds.length;
    expect(Math.abs(mean / limit.p - 1)).toBeLessThan(0.15);
  });

  it("is rejected by drawing as often as it says, where tables are sparse", () => {
    let small = 0;
    for (let run = 0; run < 600; run++) {
      const rare = [0.9, 0.04, 0.03, 0.02, 0.005, 0.005];
      const counts = { reference: draw(2000, rare), current: draw(60, rare) };
      small += Number(homogeneityByDrawing(counts, 399, random) <= 0.05);
    }
    // Binomial(600, 0.05): 30 and sd 5.3
    expect(small).toBeLessThanOrEqual(48);
    expect(small).toBeGreaterThanOrEqual(10);
  });
});

describe("shares that change", () => {
  it("are tested by Fisher where a cell is small, by the score else", () => {
    const few = [
      { successes: 1, n: 1000 },
      { successes: 4, n: 100 },
    ] as const;
    expect(shareChange(...few)).toBe(fisher(...few));
    const many = [
      { successes: 100, n: 1000 },
      { successes: 40, n: 200 },
    ] as const;
    expect(shareChange(...many)).toBe(scoreTest(...many));
  });

  it("that are the same are no change, and nothing is none", () => {
    expect(shareChange({ successes: 0, n: 50 }, { successes: 0, n: 10 })).toBe(1);
    expect(shareChange({ successes: 50, n: 50 }, { successes: 10, n: 10 })).toBe(1);
    expect(fisher({ successes: 3, n: 6 }, { successes: 3, n: 6 })).toBeCloseTo(1, 12);
  });
});

describe("novelty", () => {
  it("expects as much as Good and Turing say", () => {
    const found = novelty({ n: 1000, unnamed: 0, singletons: 20 }, { m: 500, unnamed: 10 }, 0.05);
    expect(found).toMatchObject({ share: 0.02, expected: 0.02 });
    expect(found.atLeast).toBeLessThan(0.02);
  });

  it("of a value that every tenth row has is certain", () => {
    const found = novelty({ n: 1000, unnamed: 0, singletons: 0 }, { m: 500, unnamed: 50 }, 0.05);
    expect(found.expected).toBe(0);
    expect(found.atLeast).toBeGreaterThan(0.07);
  });
});

describe("every distance", () => {
  const counts = fc
    .array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 12 })
    .filter((pairs) => pairs.some(([a]) => a > 0) && pairs.some(([, b]) => b > 0))
    .map((pairs) => ({ reference: pairs.map(([a]) => a), current: pairs.map(([, b]) => b) }));

  it("lies in 0 to 1, is 0 for equal shares, and its bound lies below it", () => {
    fc.assert(
      fc.property(counts, (both) => {
        const n = both.reference.reduce((a, b) => a + b, 0);
        const m = both.current.reduce((a, b) => a + b, 0);
        const ks = kolmogorovSmirnov(both);
        const tv = totalVariation(both);
        for (const one of [ks.distance, ks.p, tv, jensenShannon(both), homogeneity(both).p]) {
          expect(one).toBeGreaterThanOrEqual(0);
          expect(one).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(ks.distance).toBeLessThanOrEqual(tv + 1e-12);
        expect(dkwBound(ks.distance, { n, m, alpha: 0.05 })).toBeLessThan(ks.distance);
        expect(mcdiarmidBound(both, 0.05)).toBeLessThan(tv);
        const same = { reference: both.reference, current: both.reference };
        expect([kolmogorovSmirnov(same).distance, totalVariation(same), jensenShannon(same)]).toEqual([
          0, 0, 0,
        ]);
      }),
    );
  });
});
