import {
  type ByClass,
  delong,
  logitDifference,
  logitInterval,
  type PairedPlacements,
  promise,
} from "@mlops-actions/statistics";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { drawPair } from "./draw.ts";
import type { Scenario } from "./scenario.ts";

/** Binormal scores, rounded to a grid where there shall be ties. `a` and `b` are the shifts of the positives. */
interface Population {
  readonly positives: number;
  readonly negatives: number;
  readonly a: number;
  readonly b: number;
  readonly correlation: number;
  readonly grid: number;
}

export function auc(): Scenario[] {
  const scenarios: Scenario[] = [];
  const sizes = [
    [10, 190],
    [50, 150],
    [100, 100],
    [100, 1900],
    [250, 1750],
    [450, 1550],
    [1000, 1000],
    [200, 19_800],
  ] as const;
  for (const [positives, negatives] of sizes) {
    for (const [a, b] of [
      [1.2, 1.2],
      [1.9, 1.2],
      [1.2, 1.9],
      [1.85, 1.9],
      [3.2, 3.4],
      [4, 4.2],
    ] as const) {
      for (const grid of negatives === 1900 ? [0, 0.5] : [0]) {
        const population = { positives, negatives, a, b, correlation: 0.8, grid };
        const trueA = trueAuc(a, grid);
        const truth = trueA - trueAuc(b, grid);
        const n = positives + negatives;
        const rest = {
          about: `${positives}+ ${negatives}-, auc ${trueA.toFixed(3)}${grid ? ", ties" : ""}`,
          n,
          replications: n > 10_000 ? 500 : 3000,
        };
        const claim = (paired: boolean, ...both: number[]) => {
          const auc = both.reduce((far, one) => (Math.abs(one - 0.5) > Math.abs(far - 0.5) ? one : far));
          return promise("delong", { classes: { positives, negatives }, auc, paired });
        };
        scenarios.push({
          ...rest,
          method: "delong, logit, pair",
          about: `${rest.about}, difference ${truth.toFixed(4)}`,
          truth,
          draw: (random) => {
            const pair = delong(placements(population, random));
            return {
              confidence: logitDifference({ ...pair, n: Math.min(positives, negatives) }),
              promise: claim(true, pair.a, pair.b),
            };
          },
        });
        if (grid === 0)
          scenarios.push({
            ...rest,
            method: "delong, logit, one",
            truth: trueA,
            draw: (random) => {
              const { a: estimate, varA } = delong(placements(population, random));
              return {
                confidence: logitInterval({
                  estimate,
                  standardError: Math.sqrt(varA),
                  n: Math.min(positives, negatives),
                }),
                promise: claim(false, estimate),
              };
            },
          });
      }
    }
  }
  return scenarios;
}

/** P(X+ > X-) + P(X+ = X-) / 2 of a unit shift on the grid. */
function trueAuc(shift: number, grid: number): number {
  if (grid === 0) return normalCdf(shift / Math.SQRT2, 0, 1);
  let auc = 0;
  for (let k = -40; k <= 40; k++) {
    const share = (centre: number) =>
      normalCdf((k + 0.5) * grid - centre, 0, 1) - normalCdf((k - 0.5) * grid - centre, 0, 1);
    auc += share(shift) * (normalCdf((k - 0.5) * grid, 0, 1) + share(0) / 2);
  }
  return auc;
}

function placements(of: Population, random: () => number): ByClass<PairedPlacements> {
  const rows = (n: number, a: number, b: number) => {
    const scoresA = new Float64Array(n);
    const scoresB = new Float64Array(n);
    for (let row = 0; row < n; row++) {
      const [x, y] = drawPair(of.correlation, random);
      scoresA[row] = rounded(x + a, of.grid);
      scoresB[row] = rounded(y + b, of.grid);
    }
    return [scoresA, scoresB] as const;
  };
  const [pa, pb] = rows(of.positives, of.a, of.b);
  const [na, nb] = rows(of.negatives, 0, 0);
  return {
    positives: moments(share(pa, na), share(pb, nb)),
    negatives: moments(share(na, pa).map(opposite), share(nb, pb).map(opposite)),
  };
}

const opposite = (value: number) => 1 - value;

function rounded(value: number, grid: number): number {
  return grid === 0 ? value : Math.round(value / grid);
}

/** For every score the share of the others below it, ties counting half. */
function share(scores: Float64Array, others: Float64Array): Float64Array {
  const sorted = others.toSorted();
  return scores.map(
    (score) => (before(sorted, score, false) + before(sorted, score, true)) / 2 / sorted.length,
  );
}

function before(sorted: Float64Array, value: number, orEqual: boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const at = sorted[middle] as number;
    if (at < value || (orEqual && at === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function moments(a: Float64Array, b: Float64Array): PairedPlacements {
  const n = a.length;
  const mean = (values: Float64Array) => values.reduce((total, value) => total + value, 0) / n;
  const meanA = mean(a);
  const meanB = mean(b);
  const product = (x: Float64Array, y: Float64Array, mx: number, my: number) =>
    x.reduce((total, value, row) => total + (value - mx) * ((y[row] as number) - my), 0) / (n - 1);
  return {
    n,
    meanA,
    meanB,
    varA: product(a, a, meanA, meanA),
    varB: product(b, b, meanB, meanB),
    covAB: product(a, b, meanA, meanB),
  };
}
