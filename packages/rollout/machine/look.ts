import { type Counted, type TrafficMetrics, UserError } from "@mlops-actions/core";
import type { Guardrail } from "../guardrail/guardrail.ts";
import { type Forecast, forecast, type Present } from "../measure/forecast.ts";
import { judging } from "../measure/judging.ts";
import { packed, sideOf, type Tally, unpacked } from "../measure/tally.ts";
import { windowsOf } from "../measure/windows.ts";
import type { Entry } from "../record/entry.ts";
import { type Ledger, stepOf } from "../record/ledger.ts";
import { slotsOf } from "./carried.ts";
import type { Measured } from "./next.ts";

/** What was counted until now, and what it says. */
export interface Look {
  measured: Measured;
  /** For the next entry; as it was where nothing could be read. */
  tallies: readonly number[];
  dropped: number;
  forecast: Forecast | undefined;
}

/** Reads the counters of both versions and judges everything since the rollout began. */
export async function look(
  metrics: TrafficMetrics | undefined,
  ledger: Ledger,
  guardrails: readonly Guardrail[],
  now: Date,
  share: number,
): Promise<Look> {
  const { payload, entries } = ledger;
  const { plan, unit } = payload;
  const last = entries.at(-1);
  const step = stepOf(ledger);
  const slots = slotsOf(payload, share);
  let fault: UserError | undefined;
  let tally: Tally | undefined;
  try {
    if (metrics !== undefined) tally = tallyOf(await metrics.read(slots), guardrails, payload);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    fault = error;
  }
  const tallies = tally === undefined ? (last?.tallies ?? []) : packed(tally, guardrails, unit);
  const elapsed = last === undefined ? 0 : (now.getTime() - last.at.getTime()) / 1000;
  const isWindow = tally !== undefined && last?.kind === "seen" && elapsed >= plan.window;
  const closing: Entry[] = isWindow ? [{ kind: "seen", step, at: now, tallies }] : [];
  const { windows, dropped } = windowsOf({ entries: [...entries, ...closing], payload }, guardrails);
  const before = last && unpacked(last.tallies, guardrails, unit);
  const grown = (which: "stable" | "canary") =>
    Math.max(0, (tally?.[which].requests ?? 0) - (before?.[which].requests ?? 0));
  const rolled = windows.filter((window) => window.step >= 0);
  return {
    tallies,
    dropped,
    measured: {
      ...judging(rolled, guardrails, payload),
      windows: rolled,
      present: isWindow ? { requests: { stable: grown("stable"), canary: grown("canary") } } : null,
      fault,
    },
    forecast: await expected(),
  };

  async function expected(): Promise<Forecast | undefined> {
    const recent = step < 0 && fault === undefined ? await metrics?.recent?.(slots) : undefined;
    const present =
      recent === undefined
        ? presentOf(windows.filter((window) => step >= 0 || window.step < 0))
        : presentFrom(tallyOf(recent.counted, guardrails, payload), recent.seconds);
    return present && forecast(plan, guardrails, present);
  }
}

export function tallyOf(
  counted: Counted,
  guardrails: readonly Guardrail[],
  payload: Pick<Ledger["payload"], "bounds" | "unit" | "slots">,
): Tally {
  const side = (slot: string) => sideOf(counted.get(slot), guardrails, payload);
  return { stable: side(payload.slots?.stable ?? ""), canary: side(payload.slots?.canary ?? "") };
}

/** What stable has done in some windows. */
function presentOf(windows: ReturnType<typeof windowsOf>["windows"]): Present | undefined {
  const seconds = windows.reduce((sum, { from, to }) => sum + (to.getTime() - from.getTime()) / 1000, 0);
  const sum = (of: (side: Tally["stable"]) => number) =>
    windows.reduce((all, { stable }) => all + of(stable), 0);
  const requests = sum((side) => side.requests);
  const bad = sum((side) => side.bad);
  if (!isEnough({ requests, bad }, seconds)) return undefined;
  return {
    requests,
    // While the canary has some of them, stable's are not all there are.
    seconds:
      seconds * (requests / (requests + windows.reduce((all, { canary }) => all + canary.requests, 0))),
    bad,
    slow: (windows[0]?.stable.slow ?? []).map((_, i) => ({
      quantile: sum(({ slow }) => slow[i]?.quantile ?? 0),
      allowed: sum(({ slow }) => slow[i]?.allowed ?? 0),
    })),
  };
}

export function presentFrom({ stable }: Tally, seconds: number): Present | undefined {
  const { requests, bad, slow } = stable;
  return isEnough({ requests, bad }, seconds) ? { requests, bad, seconds, slow } : undefined;
}

/** Few requests tell nothing of a rate: without an error among them it is not 0. */
function isEnough({ requests, bad }: { requests: number; bad: number }, seconds: number): boolean {
  return seconds > 0 && requests > 0 && (bad >= 3 || requests >= 1_000);
}
