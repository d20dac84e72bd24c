import type { Contrast, Estimate, LatencyBlock } from "@mlops-actions/core";
import { blockedDifference, blockedRatio, quantileOf, quantileRanks } from "@mlops-actions/statistics";
import type { Part, Plan } from "./question.ts";

/** What the models are on this machine. */
export interface Machine {
  /** Bytes of a model's files; `undefined` where they are not known. */
  size: { own: number | undefined; baseline: number | undefined };
  /** Measured once, when it is first asked for. */
  latency(): Promise<readonly LatencyBlock[]>;
}

/** Sizes are facts: no chance is in them. */
export function estimateSize({ size }: Machine, { contrast, parts }: Plan): Estimate {
  const values = parts.map(({ source }) => size[source] ?? Number.NaN);
  if (contrast.ratio !== undefined) {
    const [own = Number.NaN, baseline = Number.NaN] = values;
    return { kind: "exact", value: own / baseline, unit: "ratio", n: 1 };
  }
  const value = values.reduce((sum, one, i) => sum + one * (contrast.terms[i]?.weight ?? 0), 0);
  return { kind: "exact", value, unit: contrast.unit, n: 1 };
}

/**
 * Answers that were timed: one model by order statistics over its calls, two by Student's t over blocks in which both were asked in turn, since
 * what disturbs the machine disturbs a whole block.
 */
export async function estimateLatency(machine: Machine, plan: Plan, level: number): Promise<Estimate> {
  const { contrast, parts } = plan;
  const blocks = await machine.latency();
  const quantile = quantileAsked(parts);
  const [first] = parts;
  if (first === undefined) throw new Error("a contrast without terms");
  if (parts.length === 1)
    return alone(
      blocks.flatMap((block) => block[first.source]),
      contrast,
      quantile,
      level,
    );
  const by = (source: Part["source"]) => blocks.map((block) => quantileOf(block[source], quantile));
  const pair = { own: by("own"), baseline: by("baseline") };
  const isTurned = first.source === "baseline";
  const [over, under] = isTurned ? [pair.baseline, pair.own] : [pair.own, pair.baseline];
  const { confidence, promise } =
    contrast.ratio === undefined
      ? blockedDifference(over, under, contrast.terms[0]?.weight ?? 1)
      : blockedRatio(over, under);
  return {
    kind: "sampled",
    value: confidence.estimate,
    unit: contrast.ratio === undefined ? contrast.unit : "ratio",
    n: blocks.length,
    of: "block",
    method: "paired t over interleaved blocks",
    interval: { ...confidence.interval(level), level },
    p: confidence.p(contrast.limit),
    promise,
  };
}

function alone(calls: readonly number[], contrast: Contrast, quantile: number, level: number): Estimate {
  const n = calls.length;
  const weight = contrast.terms[0]?.weight ?? 1;
  const sorted = calls.toSorted((a, b) => a - b);
  const ranks = quantileRanks(n, quantile, level);
  const at = (rank: number | null) => (rank === null ? null : weight * (sorted[rank - 1] ?? Number.NaN));
  const [low, high] = weight > 0 ? [at(ranks.low), at(ranks.high)] : [at(ranks.high), at(ranks.low)];
  return {
    kind: "sampled",
    value: weight * quantileOf(sorted, quantile),
    unit: contrast.unit,
    n,
    of: "request",
    method: "order statistics, on this machine",
    interval: { low, high, level },
    promise: { holds: true },
  };
}

function quantileAsked(parts: readonly Part[]): number {
  const found = parts.map(({ metric }) => (metric.by.family === "latency" ? metric.by.quantile : Number.NaN));
  const [quantile = Number.NaN] = found;
  return quantile;
}
