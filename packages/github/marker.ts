import { markerOf, readMarker } from "@mlops-actions/report";

/** One attempt of one workflow run: the place of a result in time. */
export interface Order {
  runId: number;
  attempt: number;
}

/** The facts of a run for the hidden first line of a comment. */
export function markerFacts({ runId, attempt }: Order): Record<string, string> {
  return { run: String(runId), attempt: String(attempt) };
}

/** A body that begins with the marker of this key and run, whether the renderer has put it there or not. */
export function marked(body: string, key: string, order: Order): string {
  const at = key.lastIndexOf(":");
  const line = markerOf({ model: key.slice(0, at), stage: key.slice(at + 1) }, markerFacts(order));
  return body.startsWith(line) ? body : `${line}\n\n${body}`;
}

/** Whose comment this is and of which run; `undefined` for whatever does not begin with a whole marker. */
export function placeOf(body: string): { key: string; order: Order } | undefined {
  const found = readMarker(body);
  const run = found?.facts.run ?? "";
  const attempt = found?.facts.attempt ?? "";
  if (found === null || !/^\d{1,15}$/.test(run) || !/^\d{1,6}$/.test(attempt)) return undefined;
  return { key: `${found.model}:${found.stage}`, order: { runId: Number(run), attempt: Number(attempt) } };
}

/** Below zero: `a` is older than `b`. GitHub numbers runs upwards; attempts count within a run. */
export function compareOrder(a: Order, b: Order): number {
  return a.runId - b.runId || a.attempt - b.attempt;
}
