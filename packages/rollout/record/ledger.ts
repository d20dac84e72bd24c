import type { Deployment, DeploymentState, DeploymentStatus } from "@mlops-actions/core";
import { type Entry, parseEntry } from "./entry.ts";
import { type Payload, payload } from "./payload.ts";

/** A rollout as its deployment tells it. */
export interface Ledger {
  id: number;
  created: Date;
  payload: Payload;
  /** What was said last; `null` before anything was. */
  state: DeploymentState | null;
  entries: readonly Entry[];
}

/** Reads a deployment; `undefined` where it is not one of ours. */
export function ledgerOf(deployment: Deployment, statuses: readonly DeploymentStatus[]): Ledger | undefined {
  const read = payload.safeParse(deployment.payload);
  if (!read.success) return undefined;
  return {
    id: deployment.id,
    created: new Date(deployment.created),
    payload: read.data,
    state: statuses.at(-1)?.state ?? null,
    entries: statuses.flatMap(({ description }) => parseEntry(description) ?? []),
  };
}

/** Whether a rollout is under way: it may have requests, and a tick goes on with it. */
export function isOpen({ state }: Pick<Ledger, "state">): boolean {
  return state === null || state === "queued" || state === "in_progress";
}

/** The step that was last aimed at; -1 before the first. */
export function stepOf({ entries }: Pick<Ledger, "entries">): number {
  return entries.at(-1)?.step ?? -1;
}
