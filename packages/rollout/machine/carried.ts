import { type Traffic, type TrafficSlot, UserError } from "@mlops-actions/core";
import type { Payload } from "../record/payload.ts";
import { percent } from "../wording.ts";

/** How requests are split, as the target says. */
export interface Carried {
  /** The canary's share of the requests. */
  share: number;
  /** Some requests go to neither of the two. */
  isForeign: boolean;
}

type Rollout = Pick<Payload, "slots" | "version">;

/** Where a target knows versions these say which is the canary; else its places do. */
export function carriedBy(slots: readonly TrafficSlot[], { slots: names, version }: Rollout): Carried {
  const all = slots.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0 || names === null) return { share: 0, isForeign: false };
  const isCanary = (one: TrafficSlot) =>
    one.version === null ? one.slot === names.canary : one.version === version;
  const isStable = (one: TrafficSlot) =>
    one.version === null || names.carried === null
      ? one.slot === names.stable
      : one.version === names.carried;
  const used = slots.filter(({ weight }) => weight > 0);
  const share = used.filter(isCanary).reduce((sum, { weight }) => sum + weight, 0) / all;
  return { share, isForeign: used.some((one) => !isCanary(one) && !isStable(one)) };
}

/** The place of what has requests; where nothing has, any that the target has. */
export function placeOf(slots: readonly TrafficSlot[], used: TrafficSlot | undefined): string {
  return used?.slot ?? slots[0]?.slot ?? "stable";
}

/** The place between which and this one requests move; a target that names one place names the other once it is used. */
export function otherPlace(slots: readonly TrafficSlot[], place: string): string {
  return slots.find(({ slot }) => slot !== place)?.slot ?? (place === "canary" ? "stable" : "canary");
}

/** The two places of a rollout, as a source of metrics is asked about them. */
export function slotsOf({ slots, version }: Rollout, share: number): TrafficSlot[] {
  if (slots === null) return [];
  return [
    { slot: slots.stable, version: slots.carried, weight: 1 - share },
    { slot: slots.canary, version, weight: share },
  ];
}

/** Targets keep weights as whole numbers; nothing and everything are exact. */
export function isShare(actual: number, wanted: number): boolean {
  if (wanted === 0 || wanted === 1) return Math.abs(actual - wanted) < 1e-9;
  return Math.abs(actual - wanted) <= Math.min(0.0051, wanted / 2, (1 - wanted) / 2);
}

/**
 * Sets the canary's share, and reads back whether it is so.
 * @throws UserError `traffic-not-set`
 */
export async function carry(traffic: Traffic, rollout: Rollout, share: number): Promise<void> {
  const { slots, version } = rollout;
  if (slots === null) return;
  await traffic.set({
    stable: { slot: slots.stable, version: slots.carried },
    canary: { slot: slots.canary, version },
    weight: share,
  });
  const { share: actual } = carriedBy(await traffic.get(), rollout);
  if (isShare(actual, share)) return;
  throw new UserError(
    "traffic-not-set",
    `The canary was to have ${percent(share)} of the requests, and the target says ${percent(actual)}`,
    {
      remedy:
        "see what the target's own log says; the next tick tries again, and nothing else has been done meanwhile",
    },
  );
}
