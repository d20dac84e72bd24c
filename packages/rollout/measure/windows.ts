import type { Guardrail } from "../guardrail/guardrail.ts";
import type { Ledger } from "../record/ledger.ts";
import { type Side, unpacked } from "./tally.ts";

/** What both versions have answered between two looks, while the split stayed as it was. */
export interface Window {
  step: number;
  from: Date;
  to: Date;
  stable: Side;
  canary: Side;
}

/**
 * The windows of a rollout. The time in which a weight was changed belongs to none, and one in which a counter began anew is dropped: what
 * was answered then is not known.
 */
export function windowsOf(
  { entries, payload }: Pick<Ledger, "entries" | "payload">,
  guardrails: readonly Guardrail[],
): { windows: Window[]; dropped: number } {
  const windows: Window[] = [];
  let dropped = 0;
  entries.forEach((last, i) => {
    const first = entries[i - 1];
    // Where somebody is only said to take the requests away nothing is counted from there.
    if (
      first?.kind !== "seen" ||
      first.tallies.length === 0 ||
      (last.kind === "seen" && last.step !== first.step)
    )
      return;
    const before = unpacked(first.tallies, guardrails, payload.unit);
    const after = unpacked(last.tallies, guardrails, payload.unit);
    const stable = before && after && difference(before.stable, after.stable);
    const canary = before && after && difference(before.canary, after.canary);
    if (stable === undefined || canary === undefined) dropped++;
    else windows.push({ step: first.step, from: first.at, to: last.at, stable, canary });
  });
  return { windows, dropped };
}

function difference(before: Side, after: Side): Side | undefined {
  const grown = {
    requests: after.requests - before.requests,
    bad: after.bad - before.bad,
    keys: after.keys - before.keys,
    milliseconds: after.milliseconds - before.milliseconds,
    slow: after.slow.map(({ quantile, allowed }, i) => ({
      quantile: quantile - (before.slow[i]?.quantile ?? 0),
      allowed: allowed - (before.slow[i]?.allowed ?? 0),
    })),
  };
  const numbers = [
    grown.requests,
    grown.bad,
    grown.keys,
    grown.milliseconds,
    ...grown.slow.flatMap(({ quantile, allowed }) => [quantile, allowed]),
  ];
  return numbers.every((n) => n >= 0) ? grown : undefined;
}

/** Whether both versions had requests: only then a window tells anything. */
export function isShared({ stable, canary }: Window): boolean {
  return stable.requests > 0 && canary.requests > 0;
}

/** Everything that one version has answered in some windows. */
export function total(windows: readonly Window[], which: "stable" | "canary"): Side {
  const sides = windows.map((window) => window[which]);
  const sum = (of: (side: Side) => number) => sides.reduce((all, side) => all + of(side), 0);
  return {
    requests: sum(({ requests }) => requests),
    bad: sum(({ bad }) => bad),
    keys: sum(({ keys }) => keys),
    milliseconds: sum(({ milliseconds }) => milliseconds),
    slow: (sides[0]?.slow ?? []).map((_, i) => ({
      quantile: sum(({ slow }) => slow[i]?.quantile ?? 0),
      allowed: sum(({ slow }) => slow[i]?.allowed ?? 0),
    })),
  };
}
