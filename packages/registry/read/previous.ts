/**
 * The version that an environment had before the present one first came there, so that rolling back twice goes further back and not
 * forth to what was rolled back.
 * @param past every assignment, oldest first
 */
export function previousOf(past: readonly { number: string; withdrawn: boolean }[]): string | undefined {
  const present = past.findIndex(({ number }) => number === past.at(-1)?.number);
  return past.slice(0, Math.max(0, present)).findLast(({ withdrawn }) => !withdrawn)?.number;
}
