/** What a rollout assigns to one version or the other: a sticky key with all its requests, or a request without one. */
export interface Units {
  seen: number;
  /** With a bad event. */
  bad: number;
}

interface Place {
  slot: string;
  version: string;
}

export interface UnitCounts {
  /** @param position where the request's key falls; absent where it has none */
  count(place: Place, position: number | undefined, isBad: boolean): void;
  of(place: Place): Units;
  /** Begins anew where other versions are in the slots than before. */
  among(present: readonly Place[]): void;
}

/** More keys are not told apart: what a rollout can see, it has seen with a million. */
const MOST = 1_000_000;

/**
 * Counts each unit once over both slots: where it was first seen, and where its first bad event fell. A key that moves with the weight would
 * otherwise count twice, and whoever suffers from something of his own would make the canary look worse.
 */
export function unitCounts(): UnitCounts {
  let counts = new Map<string, Units>();
  let [seen, bad] = [new Set<number>(), new Set<number>()];
  const nameOf = ({ slot, version }: Place) => `${slot} ${version}`;
  return {
    count(place, position, isBad) {
      const own = counts.get(nameOf(place));
      // An answer may come after its version has left.
      if (own === undefined) return;
      if (position === undefined) {
        own.seen++;
        own.bad += isBad ? 1 : 0;
        return;
      }
      if (!seen.has(position)) {
        if (seen.size >= MOST) return;
        seen.add(position);
        own.seen++;
      }
      if (!isBad || bad.has(position)) return;
      bad.add(position);
      own.bad++;
    },
    of: (place) => counts.get(nameOf(place)) ?? { seen: 0, bad: 0 },
    among(present) {
      const names = present.map(nameOf);
      if (names.length === counts.size && names.every((name) => counts.has(name))) return;
      counts = new Map(names.map((name) => [name, { seen: 0, bad: 0 }]));
      [seen, bad] = [new Set(), new Set()];
    },
  };
}
