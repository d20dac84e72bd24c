import type { SlotCounters } from "@mlops-actions/core";
import type { Guardrail } from "../guardrail/guardrail.ts";
import type { Payload } from "../record/payload.ts";

/** What the ledger keeps of two slots' counters: whole numbers, all growing. */
export interface Tally {
  stable: Side;
  canary: Side;
}

export interface Side {
  requests: number;
  /** Errors, or keys with an error. */
  bad: number;
  /** Keys, where requests stick to them. */
  keys: number;
  /** By quantile guardrail: requests slower than stable's quantile, and than the canary may be. */
  slow: readonly { quantile: number; allowed: number }[];
  /** Milliseconds of all requests together. */
  milliseconds: number;
}

type Bounds = Payload["bounds"];
type Buckets = NonNullable<SlotCounters["latency"]>["buckets"];

const NONE: SlotCounters = { requests: 0, errors: 0 };

/** Takes from a slot's counters what the guardrails ask for. */
export function sideOf(
  counters: SlotCounters | undefined,
  guardrails: readonly Guardrail[],
  { bounds, unit }: Pick<Payload, "bounds" | "unit">,
): Side {
  const { requests, errors, keys, latency } = counters ?? NONE;
  return {
    requests,
    bad: unit === "key" ? (keys?.bad ?? 0) : errors,
    keys: unit === "key" ? (keys?.seen ?? 0) : 0,
    slow: quantiles(guardrails, bounds).map(({ quantile, allowed }) => ({
      quantile: slowerThan(latency?.buckets, quantile),
      allowed: slowerThan(latency?.buckets, allowed),
    })),
    milliseconds: Math.round((latency?.sum ?? 0) * 1000),
  };
}

/** The numbers of an entry, as few as the guardrails need: an entry must fit into a line. */
export function packed(
  { stable, canary }: Tally,
  guardrails: readonly Guardrail[],
  unit: Payload["unit"],
): number[] {
  return [
    stable.requests,
    stable.bad,
    canary.requests,
    canary.bad,
    ...(unit === "key" ? [stable.keys, canary.keys] : []),
    ...(hasMean(guardrails) ? [stable.milliseconds, canary.milliseconds] : []),
    ...stable.slow.flatMap(({ quantile, allowed }, i) => [
      quantile,
      allowed,
      canary.slow[i]?.quantile ?? 0,
      canary.slow[i]?.allowed ?? 0,
    ]),
  ];
}

/** The inverse of `packed`; `undefined` where the numbers are not of these guardrails. */
export function unpacked(
  numbers: readonly number[],
  guardrails: readonly Guardrail[],
  unit: Payload["unit"],
): Tally | undefined {
  const quantiles = guardrails.filter(({ by }) => by.kind === "latency-quantile").length;
  const wanted = 4 + (unit === "key" ? 2 : 0) + (hasMean(guardrails) ? 2 : 0) + 4 * quantiles;
  if (numbers.length !== wanted) return undefined;
  const left = [...numbers];
  const take = () => left.shift() ?? 0;
  const [stableRequests, stableBad, canaryRequests, canaryBad] = [take(), take(), take(), take()];
  const [stableKeys, canaryKeys] = unit === "key" ? [take(), take()] : [0, 0];
  const [stableTime, canaryTime] = hasMean(guardrails) ? [take(), take()] : [0, 0];
  const slow = Array.from({ length: quantiles }, () => [take(), take(), take(), take()] as const);
  return {
    stable: {
      requests: stableRequests,
      bad: stableBad,
      keys: stableKeys,
      milliseconds: stableTime,
      slow: slow.map(([quantile, allowed]) => ({ quantile, allowed })),
    },
    canary: {
      requests: canaryRequests,
      bad: canaryBad,
      keys: canaryKeys,
      milliseconds: canaryTime,
      slow: slow.map(([, , quantile, allowed]) => ({ quantile, allowed })),
    },
  };
}

/**
 * Where stable's quantile stands, as a bound of its histogram, and the last bound that the canary may take.
 * @returns `undefined` where the histogram has no bound between the two: it cannot show the guardrail
 */
export function boundsOf(
  { share, limit }: { share: number; limit: number },
  buckets: Buckets,
): { quantile: number; allowed: number } | undefined {
  const all = Math.max(0, ...buckets.map(({ count }) => count));
  const finite = buckets.filter(({ upTo }) => Number.isFinite(upTo)).toSorted((a, b) => a.upTo - b.upTo);
  const quantile = finite.find(({ count }) => all > 0 && count >= share * all)?.upTo;
  if (quantile === undefined) return undefined;
  const allowed = finite.findLast(({ upTo }) => upTo <= quantile * limit)?.upTo ?? quantile;
  return allowed > quantile ? { quantile, allowed } : undefined;
}

/** Requests that took longer. @param bound one of the histogram's own */
export function slowerThan(buckets: Buckets | undefined, bound: number): number {
  if (buckets === undefined || buckets.length === 0) return 0;
  const all = Math.max(...buckets.map(({ count }) => count));
  const within = buckets.findLast(({ upTo }) => upTo <= bound * (1 + 1e-9))?.count ?? 0;
  return all - within;
}

function quantiles(guardrails: readonly Guardrail[], bounds: Bounds) {
  return guardrails.flatMap(({ by, condition }) => {
    if (by.kind !== "latency-quantile") return [];
    const found = bounds[condition];
    return [found ?? { quantile: Number.POSITIVE_INFINITY, allowed: Number.POSITIVE_INFINITY }];
  });
}

function hasMean(guardrails: readonly Guardrail[]): boolean {
  return guardrails.some(({ by }) => by.kind === "latency-mean");
}
