import type { Presence } from "@mlops-actions/core";
import { newcombe, shareChange } from "@mlops-actions/statistics";
import type { MissingChange, Severity } from "../details.ts";
import { FALSE_DISCOVERIES, LEVEL, SMALLEST } from "./distribution.ts";

const KINDS = ["missing", "empty", "nan", "infinite"] as const;
// Changes smaller than both are nobody's business, however sure.
const LEAST = { change: 0.01, times: 2 };

export type MissingMeasured = Omit<MissingChange, "q" | "severity">;

/** How often a value is absent, kind by kind: a failed cast shows in one of them. Kinds that neither side has are left out. */
export function missingOf(reference: Presence, current: Presence): MissingMeasured[] {
  if (reference.rows === 0 || current.rows === 0) return [];
  return KINDS.filter((kind) => reference[kind] > 0 || current[kind] > 0).map((kind) => {
    const then = { successes: reference[kind], n: reference.rows };
    const now = { successes: current[kind], n: current.rows };
    const change = newcombe(now, then);
    const { low, high } = change.interval(LEVEL);
    return {
      kind,
      reference: then,
      current: now,
      change: change.estimate,
      interval: { low: low ?? -1, high: high ?? 1, level: LEVEL },
      p: shareChange(then, now),
    };
  });
}

export function missingSeverity({
  q,
  change,
  interval,
  reference,
  current,
}: Omit<MissingChange, "severity">): Severity {
  const grew = current.successes / current.n >= (LEAST.times * reference.successes) / reference.n;
  const isFound = q < FALSE_DISCOVERIES && (Math.abs(change) >= LEAST.change || (change > 0 && grew));
  if (!isFound) return "quiet";
  return Math.max(interval.low, -interval.high) >= SMALLEST ? "severe" : "warn";
}
