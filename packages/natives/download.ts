import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** How files are fetched; what they are is never believed. */
export interface Fetching {
  /** Sent to this address only; a redirect to another host goes without. */
  authorization?: string | undefined;
  fetch: typeof fetch;
  signal?: AbortSignal | undefined;
}

const MAX_BYTES = 256 * 1024 * 1024;
const DEADLINE_MS = 120_000;

/** Fetches one file. @returns its SHA-512 as npm's lock writes it */
export async function download(fetching: Fetching, url: string, into: string): Promise<string> {
  const signals = [AbortSignal.timeout(DEADLINE_MS), fetching.signal].filter(
    (signal) => signal !== undefined,
  );
  const answer = await fetching.fetch(url, {
    signal: AbortSignal.any(signals),
    headers: fetching.authorization === undefined ? {} : { authorization: fetching.authorization },
  });
  if (!answer.ok || answer.body === null) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  const hash = createHash("sha512");
  let size = 0;
  await pipeline(
    Readable.fromWeb(answer.body),
    async function* (parts: AsyncIterable<Buffer>) {
      for await (const part of parts) {
        size += part.length;
        if (size > MAX_BYTES) throw new Error(`${url} is larger than ${MAX_BYTES} bytes`);
        hash.update(part);
        yield part;
      }
    },
    createWriteStream(into, { mode: 0o600 }),
  );
  return `sha512-${hash.digest("base64")}`;
}
