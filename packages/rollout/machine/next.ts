import { UserError } from "@mlops-actions/core";
import type { Forecast } from "../measure/forecast.ts";
import { requestsPerStep } from "../measure/forecast.ts";
import type { Judgement } from "../measure/judging.ts";
import { isShared, total, type Window } from "../measure/windows.ts";
import { type End, type Ledger, stepOf } from "../record/ledger.ts";
import { percent, type Why } from "../wording.ts";
import { type Carried, isShare } from "./carried.ts";

/** Everything that is true when a rollout is looked at. */
export interface Facts {
  now: Date;
  ledger: Ledger;
  /** What lives in the environment. */
  live: string | null;
  /** What the target says; `undefined` for a pointer. */
  carried: Carried | undefined;
  /** A newer version that is on its way, and so takes this one's place. */
  newer: string | undefined;
  measured: Measured;
  /** Seconds until what was answered is counted. */
  lag: number;
  /** What is to be expected of this rollout; `undefined` while nobody knows stable's traffic. */
  forecast: Forecast | undefined;
}

/** What was counted until now. */
export interface Measured extends Judgement {
  /** Those in the ledger, and the present one where it may be closed. */
  windows: readonly Window[];
  /** The time since the last look; `null` where the source could not be read, or the window is too short. */
  present: { requests: { stable: number; canary: number } } | null;
  /** Why nothing could be read. */
  fault: UserError | undefined;
}

/** The one thing to do now. */
export type Move =
  | { do: "wait"; why: Why }
  /** Write down what was counted. */
  | { do: "look"; step: number; why: Why }
  /** Write down that a weight will be set, then set it. */
  | { do: "aim"; step: number }
  /** Set the weight that was aimed at. */
  | { do: "set"; step: number }
  | { do: "finish" }
  /** Take the traffic away, then write down why. */
  | { do: "back"; end: Exclude<End, "live">; why: Why };

/**
 * What comes next. Pure: whoever looks at the same facts decides the same, so that it does not matter who was killed where.
 * @throws UserError `traffic-differs`, `split-broken`, and whatever kept the metrics from being read
 */
export function next(facts: Facts): Move {
  const { ledger, live, newer, carried } = facts;
  const { payload } = ledger;
  const step = stepOf(ledger);
  const end = step < 0 ? "void" : "back";
  if (newer !== undefined && !isComplete(facts)) return { do: "back", end, why: "superseded" };
  // It was judged against what lived there when it began.
  if (live !== payload.version && live !== payload.from.version)
    return { do: "back", end, why: "other-live" };
  if (carried === undefined) return { do: "finish" };
  return step < 0 ? begin(facts, carried) : goOn(facts, carried, step);
}

/** It lives there already, and only its end is missing: whoever completed it was killed. It is never taken back, only followed. */
export function isComplete({ ledger, live, carried }: Pick<Facts, "ledger" | "live" | "carried">): boolean {
  return live === ledger.payload.version && (stepOf(ledger) >= 0 || carried === undefined);
}

function begin({ ledger, forecast, measured, now }: Facts, { share }: Carried): Move {
  const { plan } = ledger.payload;
  if (plan.steps[0] === 1) return { do: "aim", step: 0 };
  if (share > 0) throw differs(share, 0);
  const last = ledger.entries.at(-1);
  if (forecast === undefined) {
    if (measured.fault !== undefined) throw measured.fault;
    if (last === undefined) return { do: "look", step: -1, why: "watching-stable" };
    if (seconds(ledger.created, now) > plan.deadline) return { do: "back", end: "void", why: "no-traffic" };
    return { do: "wait", why: measured.present === null ? "watching-stable" : "no-traffic" };
  }
  if (forecast.hopeless !== null) return { do: "back", end: "void", why: "hopeless" };
  if (forecast.seconds === null || forecast.seconds > plan.deadline)
    return { do: "back", end: "void", why: "too-slow" };
  return { do: "aim", step: 0 };
}

function goOn(facts: Facts, { share, isForeign }: Carried, step: number): Move {
  const { ledger, measured, now } = facts;
  const { plan } = ledger.payload;
  const aimed = plan.steps[step] ?? 0;
  const isAim = ledger.entries.at(-1)?.kind === "aim";
  const isSet = isShare(share, aimed);
  if (isSet && aimed === 1) return { do: "finish" };
  // Whatever the target carries, it was asked to carry this.
  if (ledger.payload.rollback !== null) return { do: "set", step };
  const before = step === 0 ? 0 : (plan.steps[step - 1] ?? 0);
  // Some targets set one weight after the other: whoever was killed between the two left it on the way.
  const isOnTheWay = isAim && (isShare(share, before) || (share > before && share < aimed));
  if (measured.harm.some(({ isShown }) => isShown)) return { do: "back", end: "harm", why: "harm" };
  if (isForeign && share > 0) throw differs(share, aimed);
  const begun = ledger.entries.find((entry) => entry.step >= 0)?.at ?? ledger.created;
  const isLate = seconds(begun, now) > plan.deadline;
  if (isLate && plan.onDeadline === "rollback") return { do: "back", end: "back", why: "deadline" };
  if (!isSet && !isOnTheWay) {
    // Whoever was taking them away was killed before it was written down; or somebody does so by hand, who does not trust it.
    if (share < aimed) return { do: "back", end: "back", why: "taken-away" };
    throw differs(share, aimed);
  }
  if (isLate) return { do: "wait", why: "deadline" };
  if (measured.isSplitBroken) throw broken();
  if (!isSet) return { do: "set", step };
  if (measured.fault !== undefined) throw measured.fault;
  if (isAim) {
    const since = ledger.entries.at(-1)?.at ?? now;
    return seconds(since, now) < facts.lag
      ? { do: "wait", why: "window" }
      : { do: "look", step, why: "settled" };
  }
  const { present } = measured;
  if (present === null) return { do: "wait", why: "window" };
  if (present.requests.stable === 0 || present.requests.canary === 0)
    return { do: "wait", why: "no-traffic" };
  const why = unfinished(facts, step);
  return why === undefined ? { do: "aim", step: step + 1 } : { do: "look", step, why };
}

/** What a step still lacks; `undefined` where the next may come. */
function unfinished({ ledger, measured, now }: Facts, step: number): Why | undefined {
  const { plan } = ledger.payload;
  const there = measured.windows.filter((window) => window.step === step && isShared(window));
  if (there.length < plan.windows) return "windows";
  const since = ledger.entries.find((entry) => entry.step === step && entry.kind === "seen")?.at ?? now;
  if (seconds(since, now) < plan.dwell) return "dwell";
  const stable = total(measured.windows, "stable");
  if (total(there, "canary").requests < requestsPerStep(plan, stable)) return "requests";
  if (plan.steps[step + 1] !== 1) return undefined;
  return measured.judged.every(({ verdict }) => verdict === "pass") ? undefined : "proof";
}

function seconds(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}

function differs(actual: number, meant: number): UserError {
  return new UserError(
    "traffic-differs",
    `The target gives the canary ${percent(actual)} of the requests, the rollout had set ${percent(meant)}`,
    {
      remedy:
        "somebody else has changed it: set it back by hand, or end the rollout with `mode: rollback`. Nothing is changed meanwhile",
    },
  );
}

function broken(): UserError {
  return new UserError("split-broken", "Requests are not split as they were set: nothing can be judged", {
    remedy:
      "look at the target's balancing (HAProxy: `roundrobin` or `random(1)`), at health checks that send requests elsewhere, and at `sticky: true` where requests of one user stay together; the traffic stays as it is",
  });
}
