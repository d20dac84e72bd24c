import { execFileSync, spawnSync } from "node:child_process";
import {
  clopperPearson,
  delong,
  deltaCells,
  deltaError,
  drawBinomial,
  holm,
  logitDifference,
  mcnemar,
  newcombe,
  normalInterval,
  type PairedPlacements,
  pairedMean,
  studentInterval,
  tango,
  wilson,
  xoshiro256,
} from "@mlops-actions/statistics";
import { beforeAll, describe, expect, it } from "vitest";

const python = process.env.MLOPS_PYTHON;
const missing = reasonToSkip();
if (missing !== undefined) console.warn(`statistics against Python: skipped, ${missing}`);

function reasonToSkip(): string | undefined {
  if (python === undefined) return "MLOPS_PYTHON names no Python with scipy, statsmodels and scikit-learn";
  const { status } = spawnSync(python, ["-c", "import scipy, statsmodels, sklearn"]);
  return status === 0 ? undefined : `${python} lacks scipy, statsmodels or scikit-learn`;
}

type Pair = [number, number];
interface Answers {
  proportions: [Pair, Pair][];
  pairs: Pair[];
  tango: Pair[];
  mcnemar: number[];
  student: Pair[];
  normal: number[];
  binomialTails: Pair[];
  holm: number[][];
  rows: { labels: number[]; a: number[]; b: number[] };
  delong: { a: number; b: number; covariance: [Pair, Pair]; logit: Pair };
  f1: { difference: number; standardError: number };
  losses: { interval: Pair; p: number };
}

const random = xoshiro256(2026n);
const whole = (most: number) => drawBinomial(most, random(), random);
const several = <Case>(n: number, one: () => Case) => Array.from({ length: n }, one);
const cases = {
  proportions: several(60, () => {
    const n = 1 + whole(5000);
    return [whole(n), n, [0.8, 0.95, 0.999][whole(2)] ?? 0.95] as const;
  }),
  pairs: several(40, () => {
    const [n, m] = [1 + whole(500), 1 + whole(500)];
    return [whole(n), n, whole(m), m, 0.95] as const;
  }),
  tango: several(40, () => {
    const n = 2 + whole(2000);
    const discordant = whole(n - 1);
    const help = whole(discordant);
    return [help, discordant - help, n, 0.95] as const;
  }),
  mcnemar: several(30, () => [whole(200), whole(200)] as const),
  student: several(60, () => [10 ** (-6 * random()) / 2, 1 + whole(2000), 8 * random()] as const),
  normal: several(60, () => 10 ** (-15 * random()) / 2),
  binomialTails: several(40, () => {
    const n = 1 + whole(100_000);
    const p = random();
    return [drawBinomial(n, p, random), n, p] as const;
  }),
  holm: several(20, () => several(1 + whole(12), random)),
};

describe.skipIf(missing !== undefined)(
  `the same questions answered by Python${missing ? ` (${missing})` : ""}`,
  () => {
    let answers: Answers;
    beforeAll(() => {
      const script = `${import.meta.dirname}/reference.py`;
      answers = JSON.parse(
        execFileSync(python ?? "", [script], { input: JSON.stringify(cases), encoding: "utf8" }),
      );
    });

    const same = (ours: { low: number | null; high: number | null }, [low, high]: Pair, digits = 9) => {
      expect(ours.low).toBeCloseTo(low, digits);
      expect(ours.high).toBeCloseTo(high, digits);
    };
    const relative = (ours: number, theirs: number) => Math.abs(ours / theirs - 1);

    it("Wilson and Clopper–Pearson: statsmodels proportion_confint", () => {
      cases.proportions.forEach(([successes, n, level], i) => {
        const [score, exact] = answers.proportions[i] ?? [];
        same(wilson(successes, n).interval(level), score as Pair);
        same(clopperPearson(successes, n).interval(level), exact as Pair);
      });
    });

    it("exact one-sided p-values: SciPy binom", () => {
      cases.binomialTails.forEach(([k, n, p], i) => {
        const [below, above] = answers.binomialTails[i] as Pair;
        expect(clopperPearson(k, n).p(p).below).toBeCloseTo(below, 9);
        expect(clopperPearson(k, n).p(p).above).toBeCloseTo(above, 9);
      });
    });

    it("Newcombe: statsmodels confint_proportions_2indep", () => {
      cases.pairs.forEach(([k1, n1, k2, n2, level], i) => {
        const ours = newcombe({ successes: k1, n: n1 }, { successes: k2, n: n2 }).interval(level);
        same(ours, answers.pairs[i] as Pair);
      });
    });

    it("Tango: the score with its restricted likelihood maximised numerically", () => {
      cases.tango.forEach(([help, harm, n, level], i) => {
        same(tango({ help, harm, n }).interval(level), answers.tango[i] as Pair, 6);
      });
    });

    it("McNemar: statsmodels", () => {
      cases.mcnemar.forEach(([harm, help], i) => {
        expect(mcnemar({ harm, help }).exact).toBeCloseTo(answers.mcnemar[i] ?? Number.NaN, 10);
      });
    });

    it("Student's and normal tails: SciPy", () => {
      cases.student.forEach(([alpha, df, score], i) => {
        const [critical, tail] = answers.student[i] as Pair;
        const t = studentInterval({ estimate: 0, standardError: 1, df });
        expect(relative(t.interval(1 - 2 * alpha).high ?? 0, critical)).toBeLessThan(1e-8);
        expect(relative(t.p(-score).below, tail)).toBeLessThan(1e-8);
      });
      cases.normal.forEach((alpha, i) => {
        const z = normalInterval({ estimate: 0, standardError: 1 });
        // 1 − 2·alpha has lost the digits of a tiny alpha: compare through the p-value
        expect(relative(z.p(-(answers.normal[i] ?? 0)).below, alpha)).toBeLessThan(1e-9);
      });
    });

    it("Holm: statsmodels multipletests", () => {
      cases.holm.forEach((pValues, i) => {
        holm(pValues).forEach((p, j) => {
          expect(p).toBeCloseTo(answers.holm[i]?.[j] ?? Number.NaN, 12);
        });
      });
    });

    it("DeLong of two trained models: every positive against every negative", () => {
      const { labels, a, b } = answers.rows;
      const ours = delong({ positives: placements(labels, a, b, 1), negatives: placements(labels, a, b, 0) });
      const [[varA, covAB], [, varB]] = answers.delong.covariance;
      expect(ours.a).toBeCloseTo(answers.delong.a, 12);
      expect(ours.b).toBeCloseTo(answers.delong.b, 12);
      expect(relative(ours.varA, varA)).toBeLessThan(1e-9);
      expect(relative(ours.varB, varB)).toBeLessThan(1e-9);
      expect(relative(ours.covAB, covAB)).toBeLessThan(1e-9);
      // not two models that hardly differ, else the covariance would prove nothing
      expect(covAB).toBeLessThan(0.95 * Math.sqrt(varA * varB));
      same(logitDifference(ours).interval(0.95), answers.delong.logit);
    });

    it("F1 of two trained models: standard error of the row bootstrap", () => {
      const { labels, a, b } = answers.rows;
      const counts = new Array<number>(8).fill(0);
      labels.forEach((label, row) => {
        const cell = 4 * label + ((a[row] ?? 0) >= 0.5 ? 2 : 0) + ((b[row] ?? 0) >= 0.5 ? 1 : 0);
        counts[cell] = (counts[cell] ?? 0) + 1;
      });
      const f1 = (of: readonly number[], bit: number) => {
        const sum = (holds: (cell: number) => boolean) =>
          of.reduce((total, count, cell) => total + (holds(cell) ? count : 0), 0);
        const hits = sum((cell) => (cell & 4) > 0 && (cell & bit) > 0);
        return (2 * hits) / (sum((cell) => (cell & 4) > 0) + sum((cell) => (cell & bit) > 0));
      };
      const difference = (of: readonly number[]) => f1(of, 2) - f1(of, 1);
      expect(deltaCells(counts, difference).estimate).toBeCloseTo(answers.f1.difference, 12);
      // 4,000 replicates: one Monte-Carlo error is 1.1 %
      expect(relative(deltaError(counts, difference).standardError, answers.f1.standardError)).toBeLessThan(
        0.05,
      );
    });

    it("squared errors of two trained models: SciPy ttest_1samp", () => {
      const { labels, a, b } = answers.rows;
      const losses = labels.map((label, row) => (label - (a[row] ?? 0)) ** 2 - (label - (b[row] ?? 0)) ** 2);
      const mean = average(losses);
      const variance = product(losses, losses);
      const confidence = pairedMean({ n: losses.length, mean, variance });
      same(confidence.interval(0.95), answers.losses.interval);
      expect(confidence.p(0).below).toBeCloseTo(answers.losses.p, 9);
    });
  },
);

/** Placement values from midranks (Sun and Xu 2014), as SQL computes them: another way than the reference's. */
function placements(labels: number[], a: number[], b: number[], label: number): PairedPlacements {
  const others = labels.filter((one) => one !== label).length;
  const of = (scores: number[]) => {
    const own = scores.filter((_, row) => labels[row] === label);
    const shares = own.map((score) => (midrank(scores, score) - midrank(own, score)) / others);
    return label === 1 ? shares : shares.map((share) => 1 - share);
  };
  const [va, vb] = [of(a), of(b)];
  return {
    n: va.length,
    meanA: average(va),
    meanB: average(vb),
    varA: product(va, va),
    varB: product(vb, vb),
    covAB: product(va, vb),
  };
}

function midrank(scores: number[], score: number): number {
  const below = scores.filter((other) => other < score).length;
  const equal = scores.filter((other) => other === score).length;
  return below + (equal + 1) / 2;
}

function average(values: number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function product(x: number[], y: number[]): number {
  const [mx, my] = [average(x), average(y)];
  return x.reduce((total, value, i) => total + (value - mx) * ((y[i] ?? 0) - my), 0) / (x.length - 1);
}
