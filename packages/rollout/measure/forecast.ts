import { eventsToDecide } from "@mlops-actions/statistics";
import type { Guardrail } from "../guardrail/guardrail.ts";
import type { Plan } from "../record/payload.ts";

/** What stable has done lately. */
export interface Present {
  requests: number;
  bad: number;
  seconds: number;
  /** By quantile guardrail, in their order. */
  slow: readonly { quantile: number; allowed: number }[];
}

/** What a rollout of an equal canary is expected to take. */
export interface Forecast {
  /** To both versions together; `null` where no number of them decides a guardrail. */
  requests: number | null;
  seconds: number | null;
  /** Requests to the canary before a step ends. */
  perStep: number;
  requestsPerHour: number;
  errorRate: number;
  /** The guardrail that nothing can decide, and why. */
  hopeless: { condition: string; why: string } | null;
}

const ERRORS_PER_STEP = 3;
const PER_STEP = { least: 100, most: 20_000 };

/** Requests to the canary after which about three of its errors would have been seen, were it like stable. */
export function requestsPerStep(
  { minRequests }: Pick<Plan, "minRequests">,
  stable: Pick<Present, "requests" | "bad">,
): number {
  if (minRequests !== null) return minRequests;
  // Half an error: none seen is not none there.
  const rate = Math.max(stable.bad, 0.5) / Math.max(stable.requests, 1);
  return Math.min(PER_STEP.most, Math.max(PER_STEP.least, Math.ceil(ERRORS_PER_STEP / rate)));
}

/**
 * What it will take to prove every guardrail of a canary that is like stable: every step has its minimum, the last one before all requests
 * move lasts until the slowest guardrail is proved, and what earlier steps have shown counts.
 */
export function forecast(plan: Plan, guardrails: readonly Guardrail[], present: Present): Forecast {
  const { requests, bad, seconds, slow } = present;
  const perSecond = requests / seconds;
  const perStep = requestsPerStep(plan, present);
  const steps = plan.steps.filter((share) => share < 1);
  const last = steps.at(-1) ?? 0.5;
  const alpha = (1 - plan.confidence) / 2;
  const minimum = (share: number) =>
    Math.max(perStep / share, Math.max(plan.windows * plan.window, plan.dwell) * perSecond);
  const before = steps.slice(0, -1).map(minimum);
  let hopeless: Forecast["hopeless"] = null;
  let longest = minimum(last);
  let quantiles = 0;
  for (const { condition, by } of guardrails) {
    const needed = (share: number): number | null => {
      switch (by.kind) {
        case "error-ratio": {
          const events = eventsToDecide({ share, limit: by.limit, truth: 1, side: "below", alpha });
          return bad === 0 || events === null ? null : events / (bad / requests);
        }
        case "latency-quantile": {
          const { quantile, allowed } = slow[quantiles] ?? { quantile: 0, allowed: 0 };
          if (quantile === 0) return null;
          const truth = Math.max(allowed, 0.5) / quantile;
          const events = eventsToDecide({ share, limit: 1, truth, side: "below", alpha });
          return events === null ? null : (events * requests) / (quantile * (share * truth + 1 - share));
        }
        case "error-difference": {
          const rate = Math.max(bad, 1) / requests;
          // The sequence is some three standard errors wide where it is narrowest.
          return ((3 / by.limit) ** 2 * rate * (1 - rate)) / (share * (1 - share));
        }
        case "latency-mean":
          return 20 * plan.window * perSecond;
      }
    };
    const ofLast = needed(last);
    if (ofLast === null) hopeless ??= { condition, why: reasonOf(by.kind, bad) };
    else {
      const done = before.reduce((sum, asked, k) => {
        const all = needed(steps[k] ?? last);
        return all === null || all === 0 ? sum : sum + asked / all;
      }, 0);
      longest = Math.max(longest, Math.max(0, 1 - done) * ofLast);
    }
    if (by.kind === "latency-quantile") quantiles++;
  }
  const all = before.reduce((sum, asked) => sum + asked, 0) + longest;
  const isKnown = hopeless === null && Number.isFinite(all);
  return {
    requests: isKnown ? Math.ceil(all) : null,
    seconds: isKnown ? Math.ceil(all / perSecond) : null,
    perStep,
    requestsPerHour: perSecond * 3600,
    errorRate: bad / requests,
    hopeless,
  };
}

function reasonOf(kind: Guardrail["by"]["kind"], bad: number): string {
  if (kind === "error-ratio" && bad === 0)
    return "stable has had no error: nothing is a ratio of none. Write a difference, as `error_rate - stable.error_rate <= 0.5%`";
  if (kind === "latency-quantile")
    return "as many of stable's requests lie beyond what is allowed as beyond its quantile: the histogram's bounds are too far apart, or the limit is too near";
  return "an equal canary lies on the limit itself";
}
