import type { Deployment, DeploymentState, DeploymentStatus } from "@mlops-actions/core";
import { WHY, WHYS, type Why } from "../wording.ts";
import { type Entry, type EntryKind, parseEntry } from "./entry.ts";
import { type Payload, payload } from "./payload.ts";

/** A rollout as its deployment tells it. */
export interface Ledger {
  id: number;
  created: Date;
  payload: Payload;
  /** What was said last; `null` before anything was. Others may say things too: what counts are the entries. */
  state: DeploymentState | null;
  entries: readonly Entry[];
  /** The words with which it ended. */
  end?: string | undefined;
}

export type End = Exclude<EntryKind, "aim" | "seen">;

/** What a deployment and what was said of it tell; `undefined` where it is not one of ours. */
export function ledgerOf(deployment: Deployment, statuses: readonly DeploymentStatus[]): Ledger | undefined {
  const read = payload.safeParse(deployment.payload);
  if (!read.success) return undefined;
  return {
    id: deployment.id,
    created: new Date(deployment.created),
    payload: read.data,
    state: statuses.at(-1)?.state ?? null,
    entries: statuses.flatMap(({ description }) => parseEntry(description) ?? []),
    end: statuses.find(({ description }) => isEnd(parseEntry(description)))?.description,
  };
}

/** How a rollout has ended; `undefined` while it is under way. What is said after an end changes nothing. */
export function endOf({ entries }: Pick<Ledger, "entries">): End | undefined {
  return entries.find(isEnd)?.kind;
}

function isEnd(entry: Entry | undefined): entry is Entry & { kind: End } {
  return entry !== undefined && entry.kind !== "aim" && entry.kind !== "seen";
}

/** Why a rollout has ended, as it was said then. */
export function whyOf({ end }: Pick<Ledger, "end">): Why | undefined {
  // Long ones are cut off.
  const words = end?.replace(/…? \[[^\]]*\]$/, "");
  if (words === undefined) return undefined;
  return WHYS.find((why) => words.startsWith(WHY[why]) || WHY[why].startsWith(words));
}

/** The step that was last aimed at; -1 before the first. */
export function stepOf({ entries }: Pick<Ledger, "entries">): number {
  return Math.max(-1, ...entries.map(({ step }) => step));
}
