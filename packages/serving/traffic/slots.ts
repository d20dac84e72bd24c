import { randomInt } from "node:crypto";
import type { Engine } from "../engine/engine.ts";
import { positionOf, rolloutSalt } from "./sticky.ts";

export type SlotName = "stable" | "canary";

/** A loaded version. */
export interface Slot {
  version: string;
  digest: string;
  engine: Engine;
}

/** Which versions get requests, and how many of them: what the admin socket says and takes. */
export interface Traffic {
  stable: { version: string };
  canary: { version: string; weight: number } | null;
}

/** Where a request goes. */
export interface Route {
  slot: SlotName;
  to: Slot;
  /** Where its key falls in [0, 1); absent where it has none. */
  position?: number | undefined;
}

/** Something that cannot be done with the slots as they are. */
export class Conflict extends Error {}

export interface Slots {
  now(): Traffic;
  readonly stable: Slot;
  readonly canary: Slot | undefined;
  /** Where the next request goes. It must be asked there at once: a version that left answers only what came before. */
  route(key: string | undefined): Route;
  /** @throws Conflict for a version that is in no slot */
  set(wanted: Traffic): Traffic;
  /** Puts a loaded version into a slot; a canary begins without requests. */
  put(name: SlotName, slot: Slot): Traffic;
  drain(): Promise<void>;
}

export interface SlotsOptions {
  /** What salts are made from. */
  secret: Buffer;
  /** Told what is true at the beginning and with every change, before any request is routed by it. */
  changed(traffic: Traffic): void;
  /** What could not be ended as it should. */
  left(error: unknown): void;
}

interface State {
  stable: Slot;
  canary: { slot: Slot; weight: number } | undefined;
  salt: Buffer;
}

/** `randomInt` draws from less than 2^48. */
const DRAWS = 2 ** 47;

/**
 * The two slots. A change replaces the whole state at once, so that each request is routed by one state or the other; what a version that
 * leaves was asked before is still answered.
 */
export function slots(first: Slot, { secret, changed, left }: SlotsOptions): Slots {
  const stateOf = (stable: Slot, canary: State["canary"]): State => ({
    stable,
    canary,
    salt: rolloutSalt(secret, stable.digest, canary?.slot.digest),
  });
  let state = stateOf(first, undefined);
  const now = (): Traffic => ({
    stable: { version: state.stable.version },
    canary: state.canary ? { version: state.canary.slot.version, weight: state.canary.weight } : null,
  });
  changed(now());
  const become = (next: State): Traffic => {
    const before = [state.stable, state.canary?.slot];
    const after = new Set([next.stable, next.canary?.slot]);
    state = next;
    for (const slot of before) if (slot !== undefined && !after.has(slot)) slot.engine.drain().catch(left);
    changed(now());
    return now();
  };
  return {
    now,
    get stable() {
      return state.stable;
    },
    get canary() {
      return state.canary?.slot;
    },
    route(key) {
      const { stable, canary, salt } = state;
      const position = key === undefined ? undefined : positionOf(salt, key);
      const at = position ?? randomInt(DRAWS) / DRAWS;
      return canary !== undefined && at < canary.weight
        ? { slot: "canary", to: canary.slot, position }
        : { slot: "stable", to: stable, position };
    },
    set(wanted) {
      const loaded = [state.stable, ...(state.canary ? [state.canary.slot] : [])];
      const find = (version: string, but?: Slot) =>
        loaded.find((slot) => slot.version === version && slot !== but);
      const stable = find(wanted.stable.version);
      if (stable === undefined) throw notLoaded(wanted.stable.version, loaded);
      if (wanted.canary === null) return become(stateOf(stable, undefined));
      const slot = find(wanted.canary.version, stable);
      if (slot === undefined) throw notLoaded(wanted.canary.version, loaded);
      return become(stateOf(stable, { slot, weight: wanted.canary.weight }));
    },
    put: (name, slot) =>
      become(name === "stable" ? stateOf(slot, state.canary) : stateOf(state.stable, { slot, weight: 0 })),
    async drain() {
      await Promise.all([state.stable.engine.drain(), state.canary?.slot.engine.drain()]);
    },
  };
}

function notLoaded(version: string, loaded: readonly Slot[]): Conflict {
  return new Conflict(
    `${JSON.stringify(version)} is in no slot: ${loaded.map((slot) => slot.version).join(" and ")} ${loaded.length === 1 ? "is" : "are"}. Load it first: PUT /slots/canary.`,
  );
}
