import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
import type { LockedPackage } from "./lock.ts";
import { packageFolder } from "./verify.ts";

/** A package registry that speaks npm's protocol. */
export interface Registry {
  url: string;
  /** Sent to this registry only; a redirect to another host goes without. */
  authorization?: string | undefined;
  fetch: typeof fetch;
  signal?: AbortSignal | undefined;
}

const MAX_BYTES = 256 * 1024 * 1024;
const DEADLINE_MS = 120_000;

/**
 * Fetches one package and unpacks it into `folder`. npm is not run, and nothing of the package is: its archive is compared with the
 * lock before a single file of it is written.
 */
export async function fetchPackage(registry: Registry, one: LockedPackage, folder: string): Promise<void> {
  const target = packageFolder(folder, one.name);
  const archive = join(folder, `${one.name.replace("/", "-")}.tgz`);
  await mkdir(target, { recursive: true });
  const found = await download(registry, one, archive);
  if (found !== one.integrity)
    throw new Error(`${one.name}@${one.version} has not the bytes of the lock (${found.slice(0, 24)}…)`);
  await extract({
    file: archive,
    cwd: target,
    strip: 1,
    strict: true,
    noChmod: true,
    filter: (_, entry) => "type" in entry && entry.type === "File",
  });
  await rm(archive);
}

async function download(registry: Registry, { name, version }: LockedPackage, into: string): Promise<string> {
  const base = registry.url.replace(/\/+$/, "");
  const url = `${base}/${name}/-/${name.replace(/^.*\//, "")}-${version}.tgz`;
  const signals = [AbortSignal.timeout(DEADLINE_MS), registry.signal].filter(
    (signal) => signal !== undefined,
  );
  const answer = await registry.fetch(url, {
    signal: AbortSignal.any(signals),
    headers: registry.authorization === undefined ? {} : { authorization: registry.authorization },
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
