import { z } from "zod";
import { type Estimate, estimate, type SampledEstimate } from "../estimate.ts";
import { place } from "../user-error.ts";
import { verdict } from "../verdict.ts";
import { type Contrast, contrast } from "./contrast.ts";

/** One condition after judging: what was asked, what was found, what follows. */
export const judged = z.object({
  condition: z.string(),
  role: z.enum(["primary", "guardrail", "check"]),
  verdict,
  reason: z.enum([
    "holds",
    "violated",
    "interval-crosses-limit",
    "interval-too-wide",
    "method-without-promise",
    "group-too-small",
    "missing",
    "no-uncertainty",
    "no-baseline",
  ]),
  detail: z
    .string()
    .optional()
    .describe("One sentence that adds what the reason code cannot: a count, a name."),
  change: z
    .enum(["better", "worse", "unclear"])
    .nullable()
    .describe(
      "What may be said about the change itself; `null` where nothing is compared with the baseline.",
    ),
  place: place.optional(),
  contrast,
  estimate: estimate.optional(),
  sides: z
    .array(z.object({ label: z.string(), source: z.string(), estimate }))
    .describe("The metrics of the contrast one by one, each with its own interval."),
  moreRows: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("about"), rows: z.int().positive() }),
      z.object({ kind: z.literal("hardly") }),
    ])
    .optional()
    .describe(
      "About how many more rows would decide it if the difference stays as it looks; `hardly` above ten times the present rows.",
    ),
});
export type Judged = z.infer<typeof judged>;

export type Judgement = Pick<Judged, "verdict" | "reason" | "change"> & { detail?: string };

/**
 * Judges an estimate against the limit of its contrast: the whole interval on the good side passes, on the bad side fails,
 * across is inconclusive. Pure, and monotone in the interval: shrinking it never turns a pass or a fail into the other.
 *
 * What weakens an estimate (a method outside its promise, groups too small to judge, an interval wider than `+/-` allows)
 * takes away a pass but never a fail: a proven harm stays one.
 */
export function judge(contrast: Contrast, estimate: Estimate): Judgement {
  switch (estimate.kind) {
    case "missing":
      return { verdict: "inconclusive", reason: "missing", detail: estimate.detail, change: null };
    case "exact":
      return exactly(contrast, estimate.value);
    case "reported": {
      const e = contrast.tolerance;
      if (e === undefined) return { verdict: "inconclusive", reason: "no-uncertainty", change: null };
      return within(contrast, estimate.value - e, estimate.value + e);
    }
    case "sampled": {
      const { low, high } = estimate.interval;
      const found = within(contrast, low, high);
      const doubt = doubtOf(estimate);
      if (doubt !== undefined) return weakened({ ...found, change: unsure(found.change) }, doubt);
      return isTooWide(contrast, low, high)
        ? weakened(found, { verdict: "inconclusive", reason: "interval-too-wide" })
        : found;
    }
  }
}

type Doubt = Omit<Judgement, "change">;

function weakened(found: Judgement, doubt: Doubt): Judgement {
  return found.verdict === "pass" ? { ...found, ...doubt } : found;
}

// Nobody is praised by a method that does not keep its error rate at these counts.
function unsure(change: Judgement["change"]): Judgement["change"] {
  return change === "better" ? "unclear" : change;
}

function doubtOf({ promise, groups }: SampledEstimate): Doubt | undefined {
  if (!promise.holds)
    return { verdict: "inconclusive", reason: "method-without-promise", detail: promise.reason };
  const small = groups?.tooSmall ?? [];
  if (small.length === 0) return undefined;
  const detail = small.map(({ group, n, needs }) => `${group}: ${n} of ${needs}`).join("; ");
  return { verdict: "inconclusive", reason: "group-too-small", detail };
}

function isTooWide({ tolerance }: Contrast, low: number | null, high: number | null): boolean {
  if (tolerance === undefined) return false;
  return low === null || high === null || (high - low) / 2 > tolerance;
}

const HOLDS: Record<Contrast["op"], (value: number, limit: number) => boolean> = {
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  "=": (value, limit) => value === limit,
  "!=": (value, limit) => value !== limit,
};

function exactly(contrast: Contrast, value: number): Judgement {
  // 0 / 0 is no value, and no value must satisfy `!=`.
  if (Number.isNaN(value)) return { verdict: "inconclusive", reason: "missing", change: null };
  return decided(HOLDS[contrast.op](value, contrast.limit), changeOf(contrast, value, value));
}

// The limit itself belongs to neither side, so that `>` and `>=` are the same for a sampled quantity.
function within(contrast: Contrast, low: number | null, high: number | null): Judgement {
  const { op, limit } = contrast;
  const change = changeOf(contrast, low, high);
  const isAbove = low !== null && low > limit;
  const isBelow = high !== null && high < limit;
  if (isAbove) return decided(HOLDS[op](low, limit), change);
  if (isBelow) return decided(HOLDS[op](high, limit), change);
  return { verdict: "inconclusive", reason: "interval-crosses-limit", change };
}

function decided(isGood: boolean, change: Judgement["change"]): Judgement {
  return isGood
    ? { verdict: "pass", reason: "holds", change }
    : { verdict: "fail", reason: "violated", change };
}

function changeOf({ neutral, op }: Contrast, low: number | null, high: number | null): Judgement["change"] {
  // Equality knows no better direction.
  if (neutral === null || op === "=" || op === "!=") return null;
  const up = low !== null && low > neutral;
  const down = high !== null && high < neutral;
  if (!up && !down) return "unclear";
  const upIsGood = op === ">" || op === ">=";
  return up === upIsGood ? "better" : "worse";
}
