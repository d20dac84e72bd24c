/** One attempt of one workflow run: the place of a result in time. */
export interface Order {
  runId: number;
  attempt: number;
}

export interface Marker {
  key: string;
  order: Order;
}

/**
 * The invisible first line by which a comment is found again: `<!-- mlops:<key> run=<id>.<attempt> -->`. The key is encoded, since
 * nothing that data chose may end the HTML comment.
 */
export function marker(key: string, order: Order): string {
  return `<!-- mlops:${encoded(key)} run=${order.runId}.${order.attempt} -->`;
}

/** Reads the marker of a comment: only from its first line, where we write it. */
export function markerOf(body: string): Marker | undefined {
  const match = /^<!-- mlops:([^\s]+) run=(\d{1,15})\.(\d{1,6}) -->(?:\r?\n|$)/.exec(body);
  if (match?.[1] === undefined) return undefined;
  const key = decoded(match[1]);
  return key === undefined
    ? undefined
    : { key, order: { runId: Number(match[2]), attempt: Number(match[3]) } };
}

/** Below zero: `a` is older than `b`. GitHub numbers runs upwards; attempts count within a run. */
export function compareOrder(a: Order, b: Order): number {
  return a.runId - b.runId || a.attempt - b.attempt;
}

function encoded(key: string): string {
  return encodeURIComponent(key).replaceAll("%3A", ":").replaceAll("%2F", "/").replaceAll("--", "%2D%2D");
}

function decoded(key: string): string | undefined {
  try {
    return decodeURIComponent(key);
  } catch {
    return undefined;
  }
}
