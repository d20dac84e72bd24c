import { type Bin, calibrationError, promise, seedFromDigest, xoshiro256 } from "@mlops-actions/statistics";
import type { Sample } from "./sample.ts";

const REPLICATES = 2_000;

/** The calibration error of one model; `seed` is a digest in hexadecimal. */
export function calibrationSample(
  bins: readonly Bin[],
  { of, seed }: { of: "mean" | "most"; seed: string },
): Sample {
  const n = bins.reduce((total, bin) => total + bin.n, 0);
  const confidence = calibrationError(bins, {
    of,
    replicates: REPLICATES,
    random: xoshiro256(seedFromDigest(seed)),
  });
  return {
    n,
    play: n,
    points: [{ kind: "value", value: confidence.estimate }],
    answer(question) {
      const weight = question.kind === "linear" ? question.weights[0] : undefined;
      // Conditions put the first metric on the positive side.
      if (weight === undefined || weight <= 0) throw new Error("a calibration error is asked alone");
      const scaled = (bound: number | null) => (bound === null ? null : weight * bound);
      return {
        confidence: {
          estimate: weight * confidence.estimate,
          interval(level) {
            const { low, high } = confidence.interval(level);
            return { low: scaled(low), high: scaled(high) };
          },
          p: (limit) => confidence.p(limit / weight),
        },
        method: `triangle inequality, ${REPLICATES} replicates`,
        promise: promise(`calibration-${of}`, { bins: bins.map((bin) => bin.n) }),
        seed: seed.slice(0, 16),
      };
    },
  };
}
