import {
  type Confidence,
  cellBootstrap,
  deltaCells,
  deltaError,
  deltaRatio,
  drawBinomial,
  type OfCells,
  promise,
  type Random,
} from "@mlops-actions/statistics";
import type { Scenario } from "./scenario.ts";

/** Joint cells of (label, a, b) as bits 4, 2, 1. */
type Rates = { recallA: number; recallB: number; alarmA: number; alarmB: number };

const METRICS: Record<string, (tp: number, fp: number, fn: number, tn: number) => number | null> = {
  f1: (tp, fp, fn) => quotient(2 * tp, 2 * tp + fp + fn),
  recall: (tp, _fp, fn) => quotient(tp, tp + fn),
  precision: (tp, fp) => quotient(tp, tp + fp),
  mcc: (tp, fp, fn, tn) =>
    quotient(tp * tn - fp * fn, Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))),
};

export function cells(): Scenario[] {
  const scenarios: Scenario[] = [];
  for (const [n, prevalence] of [
    [200, 0.05],
    [400, 0.4],
    [2000, 0.06],
    [20_000, 0.01],
    [20_000, 0.3],
  ] as const) {
    for (const [about, rates] of [
      ["null", { recallA: 0.7, recallB: 0.7, alarmA: 0.05, alarmB: 0.05 }],
      ["margin", { recallA: 0.66, recallB: 0.7, alarmA: 0.05, alarmB: 0.04 }],
      ["high", { recallA: 0.95, recallB: 0.96, alarmA: 0.004, alarmB: 0.003 }],
    ] as const) {
      const shares = joint(prevalence, rates);
      for (const [name, metric] of Object.entries(METRICS)) {
        const a: OfCells = (counts) => confusion(counts, 2, metric);
        const pair: OfCells = (counts) => {
          const [x, y] = [a(counts), confusion(counts, 1, metric)];
          return x === null || y === null ? null : x - y;
        };
        const add = (
          method: string,
          of: OfCells,
          replications: number,
          judge: (counts: number[], random: Random) => Confidence,
          promised: "delta-cells" | "cell-bootstrap",
        ) =>
          scenarios.push({
            method,
            about: `${name}, ${about}, prevalence ${prevalence}`,
            n,
            truth: of(shares) ?? 0,
            replications,
            draw: (random) => {
              for (;;) {
                const counts = draw(n, shares, random);
                if (of(counts) === null) continue; // no metric, no verdict
                const positives = counts.slice(4).reduce((total, count) => total + count, 0);
                return {
                  confidence: judge(counts, random),
                  promise: promise(promised, {
                    classes: { positives, negatives: n - positives },
                    maxShare: deltaError(counts, of).maxShare,
                  }),
                };
              }
            },
          });
        add("delta, pair", pair, 8000, (counts) => deltaCells(counts, pair), "delta-cells");
        add("delta, one", a, 8000, (counts) => deltaCells(counts, a), "delta-cells");
        const b: OfCells = (counts) => confusion(counts, 1, metric);
        if (name !== "mcc")
          scenarios.push({
            method: "delta, ratio",
            about: `${name}, ${about}, prevalence ${prevalence}`,
            n,
            truth: (a(shares) ?? 0) / (b(shares) ?? 1),
            replications: 2000,
            draw: (random) => {
              for (;;) {
                const counts = draw(n, shares, random);
                if (a(counts) === null || !((b(counts) ?? 0) > 0)) continue;
                const positives = counts.slice(4).reduce((total, count) => total + count, 0);
                return {
                  confidence: deltaRatio(counts, a, b),
                  promise: promise("delta-cells", { classes: { positives, negatives: n - positives } }),
                };
              }
            },
          });
        if (name === "f1" || name === "recall") {
          const percentile = (of: OfCells) => (counts: number[], random: Random) =>
            cellBootstrap(counts, of, { replicates: 500, random });
          add("cell bootstrap, pair", pair, 1000, percentile(pair), "cell-bootstrap");
          add("cell bootstrap, one", a, 1000, percentile(a), "cell-bootstrap");
        }
      }
    }
  }
  return scenarios;
}

function quotient(over: number, under: number): number | null {
  return under > 0 ? over / under : null;
}

/** Four fifths of the rarer answer are shared by both models, as in two trainings of one model. */
function joint(prevalence: number, { recallA, recallB, alarmA, alarmB }: Rates): number[] {
  const four = (a: number, b: number, mass: number) => {
    const both = a * b + 0.8 * (Math.min(a, b) - a * b);
    return [1 - a - b + both, b - both, a - both, both].map((share) => share * mass);
  };
  return [...four(alarmA, alarmB, 1 - prevalence), ...four(recallA, recallB, prevalence)];
}

function confusion(
  counts: readonly number[],
  bit: number,
  metric: (tp: number, fp: number, fn: number, tn: number) => number | null,
): number | null {
  const of = { tp: 0, fp: 0, fn: 0, tn: 0 };
  counts.forEach((count, cell) => {
    of[cell & 4 ? (cell & bit ? "tp" : "fn") : cell & bit ? "fp" : "tn"] += count;
  });
  return metric(of.tp, of.fp, of.fn, of.tn);
}

function draw(n: number, shares: readonly number[], random: Random): number[] {
  let rows = n;
  let mass = 1;
  return shares.map((share, cell) => {
    const drawn = cell === shares.length - 1 ? rows : drawBinomial(rows, Math.min(1, share / mass), random);
    rows -= drawn;
    mass -= share;
    return drawn;
  });
}
