import type { Evidence } from "@mlops-actions/core";
import type { Details, Entry, Finding } from "../details.ts";

/** Faults of the data: a model that is trained on them learns the fault. */
const FAULTS: readonly Finding["cause"][] = ["missing", "unit", "schema"];

export interface Grounds {
  columns: readonly Finding[];
  answers: readonly Finding[];
  lostQuality: boolean;
  /** Rows that belong together were judged as if they did not. */
  repeats: boolean;
}

/** Whether this check by itself asks for a retrain, and in words why or why not. */
export function wantsRetrain({ columns, answers, lostQuality, repeats }: Grounds): {
  wants: boolean;
  why: string;
} {
  const severe = [...columns, ...answers].filter(({ severity }) => severity === "severe");
  const faulty = severe.filter(({ cause }) => FAULTS.includes(cause));
  const [fault] = faulty;
  if (fault !== undefined) return { wants: false, why: "fix the data first" };
  const matter = columns.filter(({ severity, important }) => severity === "severe" && important);
  if (matter.length === 0)
    return {
      wants: false,
      why: severe.length === 0 ? "no severe drift" : "no important column has drifted severely",
    };
  const moved = answers.some(({ severity }) => severity === "warn" || severity === "severe");
  if (!moved && !lostQuality)
    return { wants: false, why: "neither the answers nor the quality are known to have changed" };
  if (repeats)
    return { wants: false, why: "rows belong together, so that this may be chance: set `cluster`" };
  return { wants: true, why: moved ? "the answers have moved as well" : "quality was lost as well" };
}

export interface Deciding {
  policy: Details["retrain"]["policy"];
  /** Checks before this one, the newest first. */
  history: readonly Entry[];
  now: { at: Date; version: string | null };
  /** Seconds. */
  every: number;
  coolDown: number;
  /** A check at a terminal starts nothing. */
  canStart: boolean;
}

/** Two checks in a row, apart from each other, and no other retrain of late. */
export function decideRetrain(
  { wants, why }: { wants: boolean; why: string },
  { policy, history, now, every, coolDown, canStart }: Deciding,
): Details["retrain"] {
  if (policy === "never") return { policy, decision: "none", why: "`retrain: never`" };
  if (!wants) return { policy, decision: why === "no severe drift" ? "none" : "refused", why };
  const age = (entry: Entry) => (now.at.getTime() - Date.parse(entry.at)) / 1000;
  // Whoever starts the check by hand twice looks at the same rows again.
  const earlier = history.find((entry) => age(entry) >= every / 2);
  if (earlier === undefined || !earlier.wants || earlier.version !== now.version)
    return { policy, decision: "waiting", why: `${why}; the next check has to find the same` };
  if (policy !== "severe" || !canStart) return { policy, decision: "advised", why: `${why}, twice in a row` };
  const last = history.find(({ retrained }) => retrained);
  if (last !== undefined && age(last) < coolDown)
    return { policy, decision: "waiting", why: `a retrain was started on ${last.at.slice(0, 10)}` };
  return { policy, decision: "dispatch", why: `${why}, twice in a row` };
}

/** The same check where nobody could be told of the retrain that it asks for. */
export function withoutRetrain(evidence: Evidence<Details>, why: string): Evidence<Details> {
  const { predicate } = evidence;
  const { outcome } = predicate;
  if (outcome.kind === "error") return evidence;
  const { retrain, history } = outcome.details;
  const [now, ...before] = history;
  const details: Details = {
    ...outcome.details,
    retrain: { ...retrain, decision: "refused", why: `it could not be asked for: ${why}` },
    history: now === undefined ? [] : [{ ...now, retrained: false }, ...before],
  };
  return { ...evidence, predicate: { ...predicate, outcome: { ...outcome, details } } };
}
