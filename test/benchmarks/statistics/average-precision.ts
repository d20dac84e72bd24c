import { poisson1, poissonBootstrap, promise, type Random } from "@mlops-actions/statistics";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { drawPair } from "./draw.ts";
import type { Scenario } from "./scenario.ts";

const REPLICATES = 200;

export function averagePrecision(): Scenario[] {
  const scenarios: Scenario[] = [];
  for (const [positives, negatives] of [
    [10, 190],
    [100, 100],
    [100, 900],
    [400, 1600],
    [100, 9900],
  ] as const) {
    for (const [a, b] of [
      [1.5, 1.5],
      [2.4, 2.6],
    ] as const) {
      const n = positives + negatives;
      const prevalence = positives / n;
      const apA = trueAp(a, prevalence);
      const difference = apA - trueAp(b, prevalence);
      const claim = promise("average-precision", { classes: { positives, negatives } });
      for (const kind of ["difference", "one"] as const) {
        scenarios.push({
          method: `average precision, ${kind}`,
          about: `${positives}+ ${negatives}-, ap ${apA.toFixed(3)}${kind === "difference" ? `, difference ${difference.toFixed(4)}` : ""}`,
          n,
          truth: kind === "one" ? apA : difference,
          replications: n > 5000 ? 300 : 1000,
          draw: (random) => {
            const { first, second } = drawn({ positives, negatives, a, b }, random);
            const value = (weights: Uint8Array) => {
              const ap = average(first, weights);
              if (kind === "one" || ap === null) return ap;
              const other = average(second, weights);
              return other === null ? null : ap - other;
            };
            const weights = new Uint8Array(n).fill(1);
            const estimate = value(weights) ?? 0;
            const replicates = Array.from({ length: REPLICATES }, () => {
              for (let row = 0; row < n; row++) weights[row] = poisson1(random());
              return value(weights);
            });
            return {
              confidence: poissonBootstrap({ estimate, replicates, of: kind, n: positives }),
              promise: claim,
            };
          },
        });
      }
    }
  }
  return scenarios;
}

interface Ranked {
  /** Rows by falling score. */
  readonly order: Uint32Array;
  readonly positives: number;
}

function drawn(
  of: { positives: number; negatives: number; a: number; b: number },
  random: Random,
): { first: Ranked; second: Ranked } {
  const n = of.positives + of.negatives;
  const scores = [new Float64Array(n), new Float64Array(n)] as const;
  for (let row = 0; row < n; row++) {
    const [x, y] = drawPair(0.8, random);
    const positive = row < of.positives;
    scores[0][row] = x + (positive ? of.a : 0);
    scores[1][row] = y + (positive ? of.b : 0);
  }
  const ranked = (values: Float64Array): Ranked => ({
    order: Uint32Array.from(values.keys()).sort((i, j) => (values[j] ?? 0) - (values[i] ?? 0)),
    positives: of.positives,
  });
  return { first: ranked(scores[0]), second: ranked(scores[1]) };
}

function average({ order, positives }: Ranked, weights: Uint8Array): number | null {
  let rows = 0;
  let hits = 0;
  let sum = 0;
  for (const row of order) {
    const weight = weights[row] ?? 0;
    if (weight === 0) continue;
    rows += weight;
    if (row < positives) {
      hits += weight;
      sum += (weight * hits) / rows;
    }
  }
  return hits === 0 ? null : sum / hits;
}

/** Area under precision over recall of the binormal population. */
function trueAp(shift: number, prevalence: number): number {
  const steps = 20_000;
  let area = 0;
  for (let step = 0; step < steps; step++) {
    const threshold = -9 + ((step + 0.5) * (18 + shift)) / steps;
    const recall = normalCdf(shift - threshold, 0, 1);
    const alarm = normalCdf(-threshold, 0, 1);
    const density = Math.exp(-((threshold - shift) ** 2) / 2) / Math.sqrt(2 * Math.PI);
    area +=
      (density * (18 + shift) * (prevalence * recall)) /
      (prevalence * recall + (1 - prevalence) * alarm) /
      steps;
  }
  return area;
}
