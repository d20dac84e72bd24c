import { type Confidence, oneSide, requireCount, requireFinite } from "../confidence.ts";

/** Bad events of two groups in one window of time, and how their exposure was split. */
export interface SplitEvents {
  /** Bad events of the group that is judged. */
  readonly own: number;
  /** Bad events of the group it is compared with. */
  readonly other: number;
  /** The judged group's share of all exposure (requests) in this window, in [0, 1]. */
  readonly share: number;
}

/** Rate ratios of interest above a null ratio, as multiples of it. */
const WORSE = [1.1, 1.25, 1.5, 2, 3, 5, 10];
/** Rate ratios of interest below a null ratio above 1: equal, and better. */
const NOT_WORSE = [1, 0.9, 0.75];
/** Those below a null ratio of at most 1, as multiples of it. */
const BETTER = [0.8, 0.72, 0.6];
const WIDEST = 1e6;

/**
 * The ratio of two rates of rare events that run side by side, valid however often one looks: given that a bad event happened in a
 * window, it fell on the judged group with a probability that only the split of exposure and the ratio decide, so that the base rate and
 * its course in time cancel (conditional test of two Poisson rates, Przyborowski and Wilenski 1940, as an e-process: Lindon and Malek
 * 2022; a mixture over a grid of ratios). By Ville's inequality the p-values hold at every stopping time, under changing load and split.
 */
export function conditionalRatio(windows: readonly SplitEvents[]): Confidence {
  const informative = windows.filter((window) => requireSplit(window));
  const supremum = (limit: number, alternatives: readonly number[]) =>
    Math.max(0, ...logEvidence(informative, limit, alternatives));
  const above = (limit: number) =>
    supremum(
      limit,
      WORSE.map((times) => times * limit),
    );
  // Beyond 1 the evidence grows with the limit, and up to 1 it does: what is shown of a limit must be shown of all greater ones.
  const below = (limit: number) =>
    limit > 1
      ? supremum(limit, NOT_WORSE)
      : Math.min(
          supremum(1, NOT_WORSE),
          supremum(
            limit,
            BETTER.map((times) => times * limit),
          ),
        );
  return {
    estimate: estimated(informative),
    interval(level) {
      const needed = -Math.log(oneSide(level));
      const low = edge((ratio) => above(ratio) > needed);
      const high = edge((ratio) => below(ratio) <= needed);
      return { low: low === 0 ? null : low, high: high >= WIDEST ? null : high };
    },
    p: (limit) =>
      limit > 0 ? { below: Math.exp(-above(limit)), above: Math.exp(-below(limit)) } : { below: 0, above: 1 },
  };
}

/**
 * The log e-value after each window of "the ratio is the null one" against an even mixture of the alternatives. Where all alternatives lie
 * above the null it also holds against every smaller ratio, where they lie below against every greater one.
 */
export function logEvidence(
  windows: readonly SplitEvents[],
  nullRatio: number,
  alternatives: readonly number[],
): number[] {
  const sums = alternatives.map(() => 0);
  return windows.map(({ own, other, share }) => {
    const under = odds(share, nullRatio);
    alternatives.forEach((ratio, j) => {
      const instead = odds(share, ratio);
      sums[j] =
        (sums[j] ?? 0) +
        (own === 0 ? 0 : own * (Math.log(instead.own) - Math.log(under.own))) +
        (other === 0 ? 0 : other * (Math.log(instead.other) - Math.log(under.other)));
    });
    return logMeanExp(sums);
  });
}

/**
 * About how many bad events decide, where the true ratio is as said: Wald's expectation of the best alternative, and what the mixture
 * costs. `null` where no number of events decides.
 * @param of.share the judged group's share of the exposure
 * @param of.limit the ratio that the truth shall be shown to be below, or above
 */
export function eventsToDecide(of: {
  share: number;
  limit: number;
  truth: number;
  side: "below" | "above";
  alpha: number;
}): number | null {
  const { share, limit, truth, alpha } = of;
  const alternatives =
    of.side === "above"
      ? WORSE.map((times) => times * limit)
      : limit > 1
        ? NOT_WORSE
        : BETTER.map((times) => times * limit);
  const under = odds(share, limit);
  const really = odds(share, truth);
  const drift = alternatives.map((ratio) => {
    const instead = odds(share, ratio);
    return (
      really.own * Math.log(instead.own / under.own) + really.other * Math.log(instead.other / under.other)
    );
  });
  const best = Math.max(...drift);
  return best > 0 ? (Math.log(alternatives.length) - Math.log(alpha)) / best : null;
}

/** The probabilities that a bad event falls on either group. */
function odds(share: number, ratio: number): { own: number; other: number } {
  const sum = 1 - share + share * ratio;
  return { own: (share * ratio) / sum, other: (1 - share) / sum };
}

/** Whether a window tells anything: where one group had all of the exposure, it does not. */
function requireSplit({ own, other, share }: SplitEvents): boolean {
  requireCount("own", own);
  requireCount("other", other);
  requireFinite("share", share);
  if (share < 0 || share > 1 || (share === 0 && own > 0) || (share === 1 && other > 0))
    throw new RangeError(`a share of ${share} cannot have ${own} and ${other} events`);
  return share > 0 && share < 1;
}

/** The ratio under which as many events fall on the judged group as have done: the likelihood's maximum. */
function estimated(windows: readonly SplitEvents[]): number {
  const own = windows.reduce((sum, window) => sum + window.own, 0);
  const all = own + windows.reduce((sum, window) => sum + window.other, 0);
  if (all === 0) return Number.NaN;
  if (own === 0) return 0;
  if (own === all) return Number.POSITIVE_INFINITY;
  return edge(
    (ratio) =>
      windows.reduce((sum, { own, other, share }) => sum + (own + other) * odds(share, ratio).own, 0) < own,
  );
}

/** The end of the ratios from 0 on for which something holds, by bisection on the log scale. */
function edge(holds: (ratio: number) => boolean): number {
  let [from, to] = [1 / WIDEST, WIDEST];
  if (!holds(from)) return 0;
  if (holds(to)) return WIDEST;
  for (let step = 0; step < 60; step++) {
    const middle = Math.sqrt(from * to);
    if (holds(middle)) from = middle;
    else to = middle;
  }
  return Math.sqrt(from * to);
}

function logMeanExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / values.length);
}
