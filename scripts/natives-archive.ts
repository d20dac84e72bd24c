import { mkdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { duckdbLock, onnxruntimeLock, packRelease, platformsOf } from "@mlops-actions/natives";

// One archive a library and platform: whoever asks no model fetches no onnxruntime.
if (import.meta.main) {
  const into = resolve(process.argv[2] ?? "natives-archives");
  const registry = { url: process.env.npm_config_registry ?? "https://registry.npmjs.org", fetch };
  await mkdir(into, { recursive: true });
  for (const lock of [duckdbLock, onnxruntimeLock])
    for (const platform of platformsOf(lock))
      console.log(basename(await packRelease(lock, { platform, registry, into })));
}
