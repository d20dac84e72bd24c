/** Sticky keys that a slot's version has answered, and those with a bad event: the units that a rollout really assigned. */
export interface Keys {
  seen: number;
  bad: number;
}

export interface KeyCounts {
  count(slot: string, version: string, position: number, isBad: boolean): void;
  of(slot: string, version: string): Keys;
  /** Forgets everything but these. */
  keep(slots: readonly { slot: string; version: string }[]): void;
}

/** More are not told apart: what a rollout can see, it has seen with a million. */
const MOST = 1_000_000;

export function keyCounts(): KeyCounts {
  const counts = new Map<string, { seen: Set<number>; bad: Set<number> }>();
  const nameOf = (slot: string, version: string) => `${slot} ${version}`;
  return {
    count(slot, version, position, isBad) {
      const name = nameOf(slot, version);
      const { seen, bad } = counts.get(name) ?? { seen: new Set(), bad: new Set() };
      if (seen.size >= MOST && !seen.has(position)) return;
      counts.set(name, { seen: seen.add(position), bad: isBad ? bad.add(position) : bad });
    },
    of(slot, version) {
      const found = counts.get(nameOf(slot, version));
      return { seen: found?.seen.size ?? 0, bad: found?.bad.size ?? 0 };
    },
    keep(slots) {
      const kept = new Set(slots.map(({ slot, version }) => nameOf(slot, version)));
      for (const name of counts.keys()) if (!kept.has(name)) counts.delete(name);
    },
  };
}
