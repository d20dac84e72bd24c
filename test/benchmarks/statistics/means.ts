import { deltaMeans, fieller, pairedMean, promise, type Random } from "@mlops-actions/statistics";
import { drawNormal, drawPair } from "./draw.ts";
import type { Scenario } from "./scenario.ts";

export function means(): Scenario[] {
  const shapes: Record<string, { truth: number; draw: (random: Random) => number }> = {
    "normal differences": { truth: -0.01, draw: (random) => drawNormal(random) - 0.01 },
    "log loss: skewed, most near 0": {
      truth: 0,
      // two log losses of the same label, one model a noisy copy of the other on the logit scale
      draw: (random) => {
        const [x, y] = drawPair(0.9, random);
        return Math.log1p(Math.exp(1.5 * x - 1)) - Math.log1p(Math.exp(1.5 * y - 1));
      },
    },
    "squared errors, heavy tails": {
      truth: 0.1,
      draw: (random) => {
        const scale = Math.exp(0.5 * drawNormal(random)); // a few rows are far harder than the rest
        const [x, y] = drawPair(0.7, random);
        return scale * scale * (x * x - y * y) + 0.1;
      },
    },
    "one-sided loss: exponential": { truth: 1, draw: (random) => -Math.log1p(-random()) },
    "one-sided loss: lognormal": { truth: Math.exp(0.5), draw: (random) => Math.exp(drawNormal(random)) },
  };
  const scenarios: Scenario[] = [];
  for (const n of [30, 100, 200, 1000, 20_000]) {
    for (const [about, { truth, draw }] of Object.entries(shapes)) {
      scenarios.push({
        method: "paired t",
        about,
        n,
        truth,
        replications: n > 10_000 ? 1000 : 8000,
        draw: (random) => {
          const sums = moments(Array.from({ length: n }, () => draw(random)));
          return {
            confidence: pairedMean(sums),
            promise: promise("mean", { rows: n, maxShare: sums.maxShare }),
          };
        },
      });
    }
    scenarios.push(...ratios(n));
  }
  for (const groups of [10, 20, 40, 200]) scenarios.push(clusters(groups));
  return scenarios;
}

/** RMSE of a over RMSE of b: printed by Fieller on the mean squares' roots, judged as e1² − c²·e0² by t. */
function ratios(n: number): Scenario[] {
  const truth = 1.05;
  const sums = (random: Random) => {
    const rows = Array.from({ length: n }, () => {
      const [x, y] = drawPair(0.8, random);
      return [(truth * x) ** 2, y ** 2] as const;
    });
    const a = moments(rows.map(([x]) => x));
    const b = moments(rows.map(([, y]) => y));
    const covariance = rows.reduce((total, [x, y]) => total + (x - a.mean) * (y - b.mean), 0) / (n - 1);
    return { rows, a, b, covariance };
  };
  const common = { n, truth, replications: n > 10_000 ? 1000 : 8000 };
  return [
    {
      ...common,
      method: "fieller",
      about: "mse / baseline.mse",
      truth: truth ** 2,
      draw: (random) => {
        const { a, b, covariance } = sums(random);
        return {
          confidence: fieller({
            a: a.mean,
            b: b.mean,
            varA: a.variance / n,
            varB: b.variance / n,
            covAB: covariance / n,
            df: n - 1,
          }),
          promise: promise("mean", { rows: n, maxShare: Math.max(a.maxShare, b.maxShare) }),
        };
      },
    },
    {
      ...common,
      method: "delta of means",
      about: "rmse - 1.05 baseline.rmse",
      truth: 0,
      draw: (random) => {
        const { a, b, covariance } = sums(random);
        return {
          confidence: deltaMeans(
            {
              n,
              means: [a.mean, b.mean],
              covariance: [
                [a.variance, covariance],
                [covariance, b.variance],
              ],
            },
            ([x = 0, y = 0]) => Math.sqrt(x) - truth * Math.sqrt(y),
          ),
          promise: promise("mean", { rows: n, maxShare: Math.max(a.maxShare, b.maxShare) }),
        };
      },
    },
    {
      ...common,
      method: "paired t",
      about: "e1² - 1.05² e0²",
      truth: 0,
      draw: (random) => {
        const judged = moments(sums(random).rows.map(([x, y]) => x - truth ** 2 * y));
        return {
          confidence: pairedMean(judged),
          promise: promise("mean", { rows: n, maxShare: judged.maxShare }),
        };
      },
    },
  ];
}

/** Clusters of 2 to 20 rows that share an effect: the mean over rows is a ratio of cluster sums. */
function clusters(groups: number): Scenario {
  return {
    method: "clusters, t",
    about: `${groups} clusters of 2 to 20 rows`,
    n: groups * 11,
    truth: 0.2,
    replications: 4000,
    draw: (random) => {
      const rows = Array.from({ length: groups }, () => {
        const size = 2 + Math.floor(19 * random());
        const effect = 0.2 + 0.5 * drawNormal(random);
        return { size, sum: size * effect + Math.sqrt(size) * drawNormal(random) };
      });
      const size = moments(rows.map((row) => row.size));
      const sum = moments(rows.map((row) => row.sum));
      const covariance =
        rows.reduce((total, row) => total + (row.size - size.mean) * (row.sum - sum.mean), 0) / (groups - 1);
      return {
        confidence: deltaMeans(
          {
            n: groups,
            means: [sum.mean, size.mean],
            covariance: [
              [sum.variance, covariance],
              [covariance, size.variance],
            ],
          },
          ([total = 0, count = 1]) => total / count,
        ),
        promise: promise("clusters", { clusters: groups }),
      };
    },
  };
}

function moments(values: readonly number[]) {
  const n = values.length;
  const mean = values.reduce((total, value) => total + value, 0) / n;
  let squares = 0;
  let largest = 0;
  for (const value of values) {
    const square = (value - mean) ** 2;
    squares += square;
    if (square > largest) largest = square;
  }
  return { n, mean, variance: squares / (n - 1), maxShare: squares === 0 ? 0 : largest / squares };
}
