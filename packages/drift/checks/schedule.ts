/** A check that is late by half its interval has stopped: GitHub's crons are late by an hour on bad days, and skip. */
const GRACE = 0.5;

/**
 * Since when no check has come, where one should have. `undefined` while it is in time.
 *
 * @param every seconds between two checks
 * @param last the newest check; absent where there never was one
 */
export function overdue({
  last,
  every,
  now,
}: {
  last: Date | undefined;
  every: number;
  now: Date;
}): { due: Date } | undefined {
  if (last === undefined) return undefined;
  const due = new Date(last.getTime() + every * 1000);
  return now.getTime() > due.getTime() + GRACE * every * 1000 ? { due } : undefined;
}
