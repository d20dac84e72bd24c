import { z } from "zod";
import { type Estimate, estimate } from "../estimate.ts";
import { place } from "../user-error.ts";
import { type Verdict, verdict } from "../verdict.ts";
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
    "removed-here",
  ]),
  /** One sentence that adds what the reason code cannot: a count, a name. */
  detail: z.string().optional(),
  /** What may be said about the change itself; `null` where nothing is compared with the baseline. */
  change: z.enum(["better", "worse", "unclear"]).nullable(),
  place: place.optional(),
  contrast,
  estimate: estimate.optional(),
  /** The metrics of the contrast one by one, each with its own interval. */
  sides: z.array(z.object({ label: z.string(), source: z.string(), estimate })),
  /** How many rows in all would decide it if the difference stays as it looks; `hardly` above ten times the present rows. */
  moreRows: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("about"), rows: z.int().positive() }),
      z.object({ kind: z.literal("hardly") }),
    ])
    .optional(),
});
export type Judged = z.infer<typeof judged>;

export type Judgement = Pick<Judged, "verdict" | "reason" | "change"> & { detail?: string };

/**
 * Judges an estimate against the limit of its contrast: the whole interval on the good side passes, on the bad side fails,
 * across is inconclusive. Pure, and monotone in the interval: shrinking it never turns a pass or a fail into the other.
 */
export function judge(contrast: Contrast, estimate: Estimate): Judgement {
  switch (estimate.kind) {
    case "missing":
      return { verdict: "inconclusive", reason: "missing", detail: estimate.detail, change: null };
    case "exact":
      return exactly(
        holds(estimate.value, contrast.op, contrast.limit),
        changeOf(contrast, estimate.value, estimate.value),
      );
    case "reported": {
      const e = contrast.tolerance;
      if (e === undefined) return { verdict: "inconclusive", reason: "no-uncertainty", change: null };
      return within(contrast, estimate.value - e, estimate.value + e);
    }
    case "sampled": {
      const { low, high } = estimate.interval;
      const found = within(contrast, low, high);
      if (found.verdict === "pass") {
        if (!estimate.promise.holds)
          return {
            ...found,
            verdict: "inconclusive",
            reason: "method-without-promise",
            detail: estimate.promise.reason,
          };
        const small = estimate.groups?.tooSmall ?? [];
        if (small.length > 0)
          return {
            ...found,
            verdict: "inconclusive",
            reason: "group-too-small",
            detail: small.map(({ group, n, needs }) => `${group}: ${n} of ${needs}`).join("; "),
          };
      }
      const tooWide =
        contrast.tolerance !== undefined &&
        (low === null || high === null || (high - low) / 2 > contrast.tolerance);
      if (tooWide && found.verdict !== "inconclusive")
        return { ...found, verdict: "inconclusive", reason: "interval-too-wide" };
      return found;
    }
  }
}

function exactly(isGood: boolean, change: Judged["change"]): Judgement {
  return isGood
    ? { verdict: "pass", reason: "holds", change }
    : { verdict: "fail", reason: "violated", change };
}

function holds(value: number, op: Contrast["op"], limit: number): boolean {
  switch (op) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case "=":
      return value === limit;
    case "!=":
      return value !== limit;
  }
}

// `>` and `>=` are the same for a sampled quantity; `=` and `!=` were refused when the project was loaded.
function within(contrast: Contrast, low: number | null, high: number | null): Judgement {
  const { op, limit } = contrast;
  const change = changeOf(contrast, low, high);
  const above: Verdict = op === ">" || op === ">=" ? "pass" : "fail";
  const side = low !== null && low > limit ? "above" : high !== null && high < limit ? "below" : "across";
  if (side === "across") return { verdict: "inconclusive", reason: "interval-crosses-limit", change };
  return exactly((side === "above") === (above === "pass"), change);
}

function changeOf({ neutral, op }: Contrast, low: number | null, high: number | null): Judged["change"] {
  if (neutral === null) return null;
  const up = low !== null && low > neutral;
  const down = high !== null && high < neutral;
  if (!up && !down) return "unclear";
  const upIsGood = op === ">" || op === ">=";
  return up === upIsGood ? "better" : "worse";
}
