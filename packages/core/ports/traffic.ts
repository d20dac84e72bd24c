/** One of the two places between which requests are split. */
export interface TrafficSlot {
  /** The target's own name for it: a server, a revision; `stable` and `canary` where it has none. */
  slot: string;
  /** What answers there; `null` where the target does not know versions, or nothing is there. */
  version: string | null;
  /** Its share of the requests, in [0, 1]; the shares of both are 1 together. */
  weight: number;
}

/** What carries the requests of one environment. */
export interface Traffic {
  /** Who answers now, as the target itself says. */
  get(): Promise<readonly TrafficSlot[]>;
  /**
   * Splits requests between two versions. Safe to repeat. A weight of 1 makes the canary what the target holds for stable from then on;
   * 0 takes it away. Whether the target has done so is for the caller to read back.
   */
  set(wanted: {
    stable: Pick<TrafficSlot, "slot" | "version">;
    canary: Pick<TrafficSlot, "slot"> & { version: string };
    /** The canary's share, in [0, 1]. */
    weight: number;
  }): Promise<void>;
}

/** What a source of metrics has counted in one slot since it began to count. Counters only grow; where one falls, counting began anew. */
export interface SlotCounters {
  /** Answered requests, without those that the client got wrong. */
  requests: number;
  /** Of these, answered with an error of the server's own: 5xx, a timeout, a model that failed. */
  errors: number;
  /**
   * Where requests stick to keys (users, sessions): the unit that was really assigned. Each counts once over both slots since the rollout
   * began, where it was first seen, and where its first error fell: a key that moves with the weight must not count again.
   */
  keys?: { seen: number; bad: number } | undefined;
  latency?:
    | {
        /** Seconds of all requests together. */
        sum: number;
        /** Requests of at most `upTo` seconds, for growing bounds. */
        buckets: readonly { upTo: number; count: number }[];
      }
    | undefined;
}

/** What slots have answered, by their names. One that never had a request may be absent. */
export type Counted = ReadonlyMap<TrafficSlot["slot"], SlotCounters>;

export interface TrafficMetrics {
  /** Seconds after which what was answered is surely counted. Default: at once. */
  lag?: number;
  read(slots: readonly TrafficSlot[]): Promise<Counted>;
  /** What they have answered lately, where the source remembers, to plan by. */
  recent?(slots: readonly TrafficSlot[]): Promise<{ counted: Counted; seconds: number } | undefined>;
}
