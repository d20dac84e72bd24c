import { type Contrast, type Estimate, type Judged, judge, type SampledEstimate } from "@mlops-actions/core";
import {
  asymptoticSequence,
  type Confidence,
  conditionalRatio,
  type SplitEvents,
  sampleRatioEvidence,
} from "@mlops-actions/statistics";
import type { Guardrail } from "../guardrail/guardrail.ts";
import type { Payload } from "../record/payload.ts";
import { isShared, total, type Window } from "./windows.ts";

/** Whether a guardrail's metric has become worse at all, whatever the condition allows. */
export interface Harm {
  condition: string;
  /** p-value of "the canary is not worse", valid however often one looks. */
  p: number;
  isShown: boolean;
}

export interface Judgement {
  harm: Harm[];
  judged: Judged[];
  /** Requests, or keys, went to the versions in another proportion than was set. */
  isSplitBroken: boolean;
}

type Of = Pick<Payload, "plan" | "unit" | "sticky">;

/** A broken split is an alarm of our own: rarely false. */
const SPLIT_ALPHA = 0.001;
/** When an asymptotic sequence is narrowest: requests to the canary, and windows. */
const TUNED = { requests: 2_000, windows: 30 };
const LEAST = { requests: 100, windows: 20 };

/**
 * What the windows of a rollout say, by two processes: harm asks of every guardrail's metric whether the canary is worse at all, with all
 * false alarms together at most as likely as one side of the interval may err; promotion asks whether each condition is proved.
 */
export function judging(windows: readonly Window[], guardrails: readonly Guardrail[], of: Of): Judgement {
  const shared = windows.filter(isShared);
  const alpha = (1 - of.plan.confidence) / 2;
  const asked = guardrails.map((guardrail, i) => ({ guardrail, ...told(shared, guardrails, i, of) }));
  return {
    harm: asked.map(({ guardrail, harm }) => {
      const p = Math.min(1, harm.p(1).below);
      return { condition: guardrail.condition, p, isShown: p * guardrails.length < alpha };
    }),
    judged: asked.map(({ guardrail, contrast, estimate, sides }) => ({
      condition: guardrail.condition,
      role: "guardrail" as const,
      ...judge(contrast, estimate),
      contrast,
      estimate,
      sides,
    })),
    isSplitBroken: isBroken(windows, of),
  };
}

interface Told {
  /** On the scale of a ratio. */
  harm: Confidence;
  contrast: Contrast;
  estimate: Estimate;
  sides: Judged["sides"];
}

function told(windows: readonly Window[], guardrails: readonly Guardrail[], at: number, of: Of): Told {
  const { by, contrast } = guardrails[at] as Guardrail;
  const { confidence } = of.plan;
  const own = total(windows, "canary");
  const other = total(windows, "stable");
  const n = own.requests;
  const errors = conditionalRatio(
    windows.map((window) => split(window, of, window.canary.bad, window.stable.bad)),
  );
  const per = (side: typeof own) => (of.unit === "key" ? side.keys : side.requests);
  const rates = sidesOf(
    "error_rate",
    "proportion",
    [own.bad, other.bad],
    [per(own), per(other)],
    [own, other],
  );
  switch (by.kind) {
    case "error-ratio":
      return {
        harm: errors,
        contrast,
        estimate: estimateOf(errors, contrast, n, confidence, `conditional e-process, by ${of.unit}`, HOLDS),
        sides: rates,
      };
    case "error-difference":
      return {
        harm: errors,
        contrast,
        estimate: differenceOf(windows, contrast, confidence, per),
        sides: rates,
      };
    case "latency-quantile": {
      const i = guardrails.slice(0, at).filter((one) => one.by.kind === "latency-quantile").length;
      const slow = (window: Window, kind: "quantile" | "allowed") =>
        split(
          window,
          { ...of, unit: "request" },
          window.canary.slow[i]?.[kind] ?? 0,
          window.stable.slow[i]?.quantile ?? 0,
        );
      const proof = conditionalRatio(windows.map((window) => slow(window, "allowed")));
      // Judged as what it is: fewer of the canary's requests beyond what is allowed than of stable's beyond its quantile.
      const asked = { ...contrast, limit: 1, neutral: null, id: `slow(${contrast.id})` };
      const counts = [own.slow[i]?.allowed ?? 0, other.slow[i]?.quantile ?? 0] as const;
      return {
        harm: conditionalRatio(windows.map((window) => slow(window, "quantile"))),
        contrast: asked,
        estimate: estimateOf(proof, asked, n, confidence, "conditional e-process of slow requests", HOLDS),
        sides: sidesOf("slow requests", "proportion", counts, [own.requests, other.requests], [own, other]),
      };
    }
    case "latency-mean": {
      const means = meansOf(windows);
      const sequence = means && ratioOf(means, confidence);
      return {
        harm: sequence ?? NOTHING,
        contrast,
        estimate:
          means === undefined || sequence === undefined
            ? missing("There are not two windows with requests to both versions yet.", n)
            : estimateOf(sequence, contrast, n, confidence, "asymptotic confidence sequence over windows", {
                has: means.n,
                needs: LEAST.windows,
                reason: `${means.n} windows; the method keeps its promise from ${LEAST.windows}`,
              }),
        sides: sidesOf(
          "latency.mean",
          "second",
          [own.milliseconds / 1000, other.milliseconds / 1000],
          [own.requests, other.requests],
          [own, other],
        ),
      };
    }
  }
}

const HOLDS = { has: 1, needs: 0, reason: "" };
const NOTHING: Confidence = {
  estimate: Number.NaN,
  interval: () => ({ low: null, high: null }),
  p: () => ({ below: 1, above: 1 }),
};

/** The share is of what was really sent; of keys, each of which counts once, it is the weight by which they were drawn. */
function split(window: Window, { plan, unit }: Of, own: number, other: number): SplitEvents {
  const { canary, stable, step } = window;
  const sent = canary.requests / (canary.requests + stable.requests);
  return { own, other, share: unit === "key" ? (plan.steps[step] ?? sent) : sent };
}

function estimateOf(
  confidence: Confidence,
  { unit, limit }: Contrast,
  n: number,
  level: number,
  method: string,
  promised: { has: number; needs: number; reason: string },
): Estimate {
  if (!Number.isFinite(confidence.estimate)) return missing("Neither version has had such a request yet.", n);
  const { low, high } = confidence.interval(level);
  const promise: SampledEstimate["promise"] =
    promised.has >= promised.needs ? { holds: true } : { holds: false, ...promised };
  return {
    kind: "sampled",
    value: confidence.estimate,
    unit,
    n,
    of: "request",
    method,
    interval: { low, high, level },
    p: confidence.p(limit),
    promise,
  };
}

function missing(detail: string, n: number): Estimate {
  return { kind: "missing", reason: "no-traffic", detail, n };
}

/** The difference of two rates, stratified: in each window both were measured at once, so that a base rate that moves does not matter. */
function differenceOf(
  windows: readonly Window[],
  contrast: Contrast,
  level: number,
  per: (side: Window["canary"]) => number,
): Estimate {
  const strata = windows.flatMap(({ canary, stable }) => {
    const [own, other] = [per(canary), per(stable)];
    if (own === 0 || other === 0) return [];
    const rate = (bad: number, of: number) => bad / of;
    // One of each kind is added: a rate without any error is not known to be 0.
    const spread = (bad: number, of: number) => {
      const p = (bad + 1) / (of + 2);
      return (p * (1 - p)) / of;
    };
    return [
      {
        n: own,
        difference: rate(canary.bad, own) - rate(stable.bad, other),
        variance: spread(canary.bad, own) + spread(stable.bad, other),
      },
    ];
  });
  const n = strata.reduce((sum, stratum) => sum + stratum.n, 0);
  if (n === 0) return missing("There is no window with requests to both versions yet.", 0);
  const sequence = asymptoticSequence({
    estimate: strata.reduce((sum, { n: of, difference }) => sum + (of / n) * difference, 0),
    error: Math.sqrt(strata.reduce((sum, { n: of, variance }) => sum + (of / n) ** 2 * variance, 0)),
    n,
    tuned: TUNED.requests,
    level,
  });
  return estimateOf(sequence, contrast, n, level, "asymptotic confidence sequence, stratified by window", {
    has: n,
    needs: LEAST.requests,
    reason: `${n} requests; the method keeps its promise from ${LEAST.requests}`,
  });
}

interface Means {
  mean: number;
  error: number;
  n: number;
}

/** The mean over windows of the logarithm of how many times stable's mean time the canary took. */
function meansOf(windows: readonly Window[]): Means | undefined {
  const logs = windows.flatMap(({ canary, stable }) =>
    canary.milliseconds > 0 && stable.milliseconds > 0
      ? [Math.log(canary.milliseconds / canary.requests / (stable.milliseconds / stable.requests))]
      : [],
  );
  const n = logs.length;
  if (n < 2) return undefined;
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n), n };
}

function ratioOf({ mean, error, n }: Means, level: number): Confidence {
  const sequence = asymptoticSequence({ estimate: mean, error, n, tuned: TUNED.windows, level });
  // Below this many windows the sequence promises nothing, so that it shows no harm either.
  const isKnown = n >= LEAST.windows;
  return {
    estimate: Math.exp(mean),
    interval(asked) {
      const { low, high } = sequence.interval(asked);
      return { low: low === null ? null : Math.exp(low), high: high === null ? null : Math.exp(high) };
    },
    p: (limit) => (isKnown && limit > 0 ? sequence.p(Math.log(limit)) : { below: 1, above: 1 }),
  };
}

function sidesOf(
  label: string,
  unit: "proportion" | "second",
  counts: readonly [number, number],
  of: readonly [number, number],
  [own, other]: readonly [{ requests: number }, { requests: number }],
): Judged["sides"] {
  const side = (source: string, name: string, count: number, all: number, n: number) =>
    all === 0
      ? []
      : [{ label: name, source, estimate: { kind: "exact" as const, value: count / all, unit, n } }];
  return [
    ...side("stable", `stable.${label}`, counts[1], of[1], other.requests),
    ...side("own", label, counts[0], of[0], own.requests),
  ];
}

function isBroken(windows: readonly Window[], { plan, unit, sticky }: Of): boolean {
  // Requests that stick to keys come in bunches: their split alone shows nothing.
  if (unit === "request" && sticky) return false;
  const per = (side: Window["canary"]) => (unit === "key" ? side.keys : side.requests);
  const groups = plan.steps.flatMap((share, step) => {
    const there = windows.filter((window) => window.step === step);
    const own = per(total(there, "canary"));
    const other = per(total(there, "stable"));
    return share > 0 && share < 1 && own + other > 0 ? [{ own, other, share }] : [];
  });
  return groups.length > 0 && sampleRatioEvidence(groups) > -Math.log(SPLIT_ALPHA);
}
