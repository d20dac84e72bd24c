import { execFileSync, spawnSync } from "node:child_process";
import {
  benjaminiHochberg,
  drawBinomial,
  homogeneity,
  homogeneityByDrawing,
  jensenShannon,
  kolmogorovSmirnov,
  shareChange,
  wasserstein,
  xoshiro256,
} from "@mlops-actions/statistics";
import { beforeAll, describe, expect, it } from "vitest";

const python = process.env.MLOPS_PYTHON;
const missing = reasonToSkip();
if (missing !== undefined) console.warn(`distances against Python: skipped, ${missing}`);

function reasonToSkip(): string | undefined {
  if (python === undefined) return "MLOPS_PYTHON names no Python with scipy 1.15 or newer";
  const { status } = spawnSync(python, [
    "-c",
    "from scipy.stats import PermutationMethod, false_discovery_control",
  ]);
  return status === 0 ? undefined : `${python} lacks scipy 1.15 or newer`;
}

type Pair = [number, number];
interface Answers {
  ks: Pair[];
  kolmogorov: number[];
  chiSquare: Pair[];
  jensenShannon: number[];
  wasserstein: number[];
  fisher: number[];
  score: number[];
  benjaminiHochberg: number[][];
  drawn: number[];
}

const random = xoshiro256(2026n);
const whole = (most: number) => drawBinomial(most, random(), random);
const several = <Case>(n: number, one: () => Case) => Array.from({ length: n }, one);
const counts = (cells: number, most: number) => {
  const drawn = several(cells, () => whole(most));
  return drawn.some((count) => count > 0) ? drawn : drawn.map(() => 1);
};
const pair = (most: number) => {
  const cells = 2 + whole(12);
  return [counts(cells, most), counts(cells, most)] as const;
};
const cases = {
  small: several(40, () => pair(12)),
  kolmogorov: several(40, () => 0.2 + 6 * random()),
  large: several(40, () => pair(4000)),
  shares: several(40, () => {
    const [n, m] = [1 + whole(300), 1 + whole(3000)];
    return [whole(n), n, whole(m), m] as const;
  }).filter(([a, n, b, m]) => a + b > 0 && a + b < n + m),
  p: several(20, () => several(1 + whole(15), random)),
  sparse: several(
    8,
    () =>
      [
        [400, 200, 30, 12, 11],
        [20, 8, whole(4), whole(3), whole(4)],
      ] as const,
  ),
};

describe.skipIf(missing !== undefined)(`distances answered by SciPy${missing ? ` (${missing})` : ""}`, () => {
  let answers: Answers;
  beforeAll(() => {
    const script = `${import.meta.dirname}/distance_reference.py`;
    answers = JSON.parse(
      execFileSync(python ?? "", [script], { input: JSON.stringify(cases), encoding: "utf8" }),
    );
  });
  const both = ([reference, current]: readonly [readonly number[], readonly number[]]) => ({
    reference,
    current,
  });

  it("Kolmogorov–Smirnov: ks_2samp, exact", () => {
    cases.small.forEach((one, i) => {
      const { distance, p } = kolmogorovSmirnov(both(one));
      expect(distance).toBeCloseTo(answers.ks[i]?.[0] ?? Number.NaN, 12);
      expect(p).toBeCloseTo(answers.ks[i]?.[1] ?? Number.NaN, 8);
    });
  });

  it("Kolmogorov's tail: kstwobign", () => {
    cases.kolmogorov.forEach((lambda, i) => {
      // Through two samples large enough for the limit.
      const n = 10 ** 12;
      const moved = Math.round((lambda / Math.sqrt(n / 2)) * n);
      const { p } = kolmogorovSmirnov({ reference: [n, 0], current: [n - moved, moved] });
      expect(Math.abs(p / (answers.kolmogorov[i] ?? 0) - 1)).toBeLessThan(1e-3);
    });
  });

  it("chi-square of homogeneity: chi2_contingency", () => {
    cases.large.forEach((one, i) => {
      const { chiSquare, p } = homogeneity(both(one));
      expect(chiSquare).toBeCloseTo(answers.chiSquare[i]?.[0] ?? Number.NaN, 6);
      expect(p).toBeCloseTo(answers.chiSquare[i]?.[1] ?? Number.NaN, 10);
    });
  });

  it("chi-square by drawing: its permutation method", () => {
    cases.sparse.forEach((one, i) => {
      const p = homogeneityByDrawing(both(one), 4999, xoshiro256(5n));
      const theirs = answers.drawn[i] ?? Number.NaN;
      // Twenty tables as extreme: a relative error of 22 %.
      expect(Math.abs(p - theirs)).toBeLessThan(0.7 * theirs + 0.005);
    });
  });

  it("Jensen–Shannon and Wasserstein: scipy.spatial and scipy.stats", () => {
    cases.large.forEach((one, i) => {
      expect(jensenShannon(both(one))).toBeCloseTo(answers.jensenShannon[i] ?? Number.NaN, 9);
      const at = one[0].map((_, cell) => cell);
      expect(wasserstein(both(one), at)).toBeCloseTo(answers.wasserstein[i] ?? Number.NaN, 9);
    });
  });

  it("shares that change: fisher_exact, and the score", () => {
    cases.shares.forEach(([a, n, b, m], i) => {
      const p = shareChange({ successes: a, n }, { successes: b, n: m });
      const near = (theirs: number | undefined) => Math.abs(p - (theirs ?? Number.NaN)) < 1e-9;
      expect(near(answers.fisher[i]) || near(answers.score[i])).toBe(true);
    });
  });

  it("Benjamini–Hochberg: false_discovery_control", () => {
    cases.p.forEach((p, i) => {
      benjaminiHochberg(p).forEach((q, j) => {
        expect(q).toBeCloseTo(answers.benjaminiHochberg[i]?.[j] ?? Number.NaN, 12);
      });
    });
  });
});
