import { mkdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { duckdbLock, packRelease } from "@mlops-actions/natives";

/** The platforms of a lock: what a release carries an archive for. */
export function platformsOf(lock: typeof duckdbLock) {
  return lock.flatMap(({ os, cpu, libc }) =>
    os === undefined || cpu === undefined ? [] : [{ os, cpu, libc: libc ?? null }],
  );
}

if (import.meta.main) {
  const into = resolve(process.argv[2] ?? "natives-archives");
  const registry = { url: process.env.npm_config_registry ?? "https://registry.npmjs.org", fetch };
  await mkdir(into, { recursive: true });
  for (const platform of platformsOf(duckdbLock))
    console.log(basename(await packRelease(duckdbLock, { platform, registry, into })));
}
