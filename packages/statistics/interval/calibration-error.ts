import { type Confidence, requireCount } from "../confidence.ts";
import { percentile } from "../paired/replicates.ts";
import { drawBinomial } from "../random/binomial.ts";
import type { Random } from "../random/xoshiro256.ts";

/** Rows whose probabilities lie together. */
export interface Bin {
  /** ≥ 1 */
  readonly n: number;
  readonly positives: number;
  /** Mean probability given to the positive class, in [0, 1]. */
  readonly meanScore: number;
}

export interface Simulated {
  /** At least 100; beyond a level of 1 - 2 / (replicates + 1) nothing but [0, 1] can be said. */
  readonly replicates: number;
  readonly random: Random;
  /** `mean`: distances weighted by rows (ECE, Naeini, Cooper and Hauskrecht 2015, eq. 4); `most`: the largest (MCE). */
  readonly of: "mean" | "most";
}

/**
 * Interval of the distance between how often the positive class came and how often it was foretold, over these bins and scores: with shares ȳ, true
 * shares μ and mean probabilities p, E = Σ w|ȳ − p| estimates T = Σ w|μ − p| (`most`: the maximum for the sum). E lies above T in the mean, also
 * where T = 0, and a bootstrap around E inherits that. But |E − T| ≤ D = Σ w|ȳ − μ| by the triangle inequality, whatever T is, so that E ± the
 * (1 + level) / 2 quantile of D, cut to [0, 1], is conservative: sharp at T = 0, where E is D, and too wide elsewhere. D is simulated with
 * n·ȳ ~ Binomial(n, (k + ½) / (n + 1)) for k positives; rows of unlike probabilities in one bin vary less. With 10 rows a bin it errs up to 5 % a side. The p-value is the share of D beyond the distance to the limit, at least 1 / (replicates + 1).
 */
export function calibrationError(bins: readonly Bin[], { replicates, random, of }: Simulated): Confidence {
  requireCount("bins", bins.length, 1);
  requireCount("replicates", replicates, 100);
  for (const { n, positives, meanScore } of bins) {
    requireCount("n", n, 1);
    requireCount("positives", positives);
    if (positives > n) throw new RangeError(`${positives} positives of ${n}`);
    if (!(meanScore >= 0 && meanScore <= 1))
      throw new RangeError(`a probability lies in [0, 1]: ${meanScore}`);
  }
  const rows = bins.reduce((total, { n }) => total + n, 0);
  const over = (distance: (bin: Bin) => number) =>
    of === "mean"
      ? bins.reduce((total, bin) => total + (bin.n / rows) * distance(bin), 0)
      : Math.max(...bins.map(distance));
  const estimate = over(({ n, positives, meanScore }) => Math.abs(positives / n - meanScore));
  const drawn = Float64Array.from({ length: replicates }, () =>
    over(({ n, positives }) => {
      const share = (positives + 0.5) / (n + 1);
      return Math.abs(drawBinomial(n, share, random) / n - share);
    }),
  ).sort();
  const deviation = percentile(drawn);
  return {
    estimate,
    interval(level) {
      const reach = deviation.interval(level).high ?? 1;
      return { low: Math.max(0, estimate - reach), high: Math.min(1, estimate + reach) };
    },
    p(limit) {
      if (limit < 0) return { below: 0, above: 1 };
      if (limit > 1) return { below: 1, above: 0 };
      return { below: deviation.p(estimate - limit).above, above: deviation.p(limit - estimate).above };
    },
  };
}
