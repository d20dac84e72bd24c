import { parseRun, printRun } from "../tag/message.ts";
import type { ClaimedRun } from "../witness.ts";

/** Whose release this is: a line of its body that Markdown does not show. No text of a project is in it. */
export interface Marker {
  model: string;
  /** The record commit. */
  record: string;
  /** SHA-256 of the manifest. */
  manifest: string;
  /** Names one attempt to publish. */
  key: string;
  run?: ClaimedRun | undefined;
}

const LINE =
  /^<!-- mlops-actions version: model=([a-z0-9][a-z0-9_-]{0,63}) record=([0-9a-f]{40}|[0-9a-f]{64}) manifest=([0-9a-f]{64}) key=([A-Za-z0-9-]{1,64})(?: run=([0-9/]+))? -->$/gm;

export function printMarker({ model, record, manifest, key, run }: Marker): string {
  const ran = run === undefined ? "" : ` run=${printRun(run)}`;
  return `<!-- mlops-actions version: model=${model} record=${record} manifest=${manifest} key=${key}${ran} -->`;
}

/** The marker of a release's body; `undefined` where there is none, or more than one. */
export function readMarker(body: string): Marker | undefined {
  const [found, ...others] = body.replaceAll("\r\n", "\n").matchAll(LINE);
  if (found === undefined || others.length > 0) return undefined;
  const [, model = "", record = "", manifest = "", key = "", ran] = found;
  const run = ran === undefined ? undefined : parseRun(ran);
  if (ran !== undefined && run === undefined) return undefined;
  return { model, record, manifest, key, ...(run && { run }) };
}
