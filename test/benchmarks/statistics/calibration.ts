import { calibrationError, drawBinomial, promise } from "@mlops-actions/statistics";
import type { Scenario } from "./scenario.ts";

const REPLICATES = 400;

interface Population {
  about: string;
  /** Rows of each bin, the probability foretold in it and how likely the positive class is. */
  bins: readonly { n: number; meanScore: number; share: number }[];
}

export function calibration(): Scenario[] {
  const populations = [100, 1000].flatMap((rows) => [
    population("calibrated", rows, (score) => score),
    population("overconfident", rows, (score) => 0.5 + (score - 0.5) * 0.8),
    population("5 points too high", rows, (score) => Math.max(0, score - 0.05)),
    population("rare, calibrated", rows, (score) => score, 0.02),
    population("rare, twice too high", rows, (score) => score / 2, 0.02),
    unlike(
      population("a bin of 30, calibrated", rows, (score) => score),
      30,
      0.05,
    ),
    unlike(
      population("a bin of 30, far off", rows, (score) => score),
      30,
      0.3,
    ),
  ]);
  return populations.flatMap(({ about, bins }) =>
    (["mean", "most"] as const).map((of): Scenario => {
      const n = bins.reduce((total, bin) => total + bin.n, 0);
      const off = bins.map(({ meanScore, share }) => Math.abs(share - meanScore));
      return {
        method: `calibration error, ${of}`,
        about,
        n,
        truth:
          of === "most"
            ? Math.max(...off)
            : off.reduce((sum, distance, i) => sum + (distance * (bins[i]?.n ?? 0)) / n, 0),
        replications: 1000,
        draw: (random) => ({
          confidence: calibrationError(
            bins.map(({ n, meanScore, share }) => ({
              n,
              meanScore,
              positives: drawBinomial(n, share, random),
            })),
            { replicates: REPLICATES, random, of },
          ),
          promise: promise(`calibration-${of}`, { bins: bins.map((bin) => bin.n) }),
        }),
      };
    }),
  );
}

/** Ten bins of equally many rows with probabilities up to `most`. */
function population(about: string, rows: number, share: (score: number) => number, most = 1): Population {
  const bins = Array.from({ length: 10 }, (_, i) => {
    const meanScore = ((i + 0.5) / 10) * most;
    return { n: rows, meanScore, share: share(meanScore) };
  });
  return { about, bins };
}

/** The first bin with few rows, their share `share`; the rest of its rows in the last bin. */
function unlike({ about, bins }: Population, few: number, share: number): Population {
  const moved = (bins[0]?.n ?? 0) - few;
  return {
    about,
    bins: bins.map((bin, i) =>
      i === 0 ? { ...bin, n: few, share } : i === bins.length - 1 ? { ...bin, n: bin.n + moved } : bin,
    ),
  };
}
