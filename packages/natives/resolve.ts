import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import type { SharedCache } from "./actions-cache.ts";
import { loadNative } from "./load.ts";
import { type LockedPackage, lockKey, type NativesLock, packagesFor, platformsOf } from "./lock.ts";
import { type Platform, platformName } from "./platform.ts";
import { fetchPackage, type Registry } from "./registry.ts";
import { fetchRelease, type Release } from "./release.ts";
import { verify } from "./verify.ts";

export interface NativesOptions {
  lock: NativesLock;
  platform: Platform;
  /** `MLOPS_NATIVES`: a folder with `node_modules` that somebody has prepared. Nothing else is looked at when it is given. */
  folder?: string | undefined;
  /** Folders that outlive a run, in order: the runner's tool cache, else a folder of this run. The first that can be written keeps a download. */
  cacheDirs: readonly string[];
  shared?: SharedCache | undefined;
  /** Assets of our own release, where there is one. */
  release?: Release | undefined;
  registry: Registry;
  /** Lines for the log: where it was found, what was refused. */
  log?: ((line: string) => void) | undefined;
}

/** A native library on this machine, its bytes those of the lock. */
export interface Natives {
  folder: string;
  from: "folder" | "tool-cache" | "actions-cache" | "release" | "registry";
  load<Module>(): Promise<Module>;
}

/**
 * Finds a native library: the folder that was named, the tool cache, the Actions cache, our release, the registry. Every file is hashed before it is
 * loaded, wherever it comes from; a cache that was altered is reported and replaced.
 * @throws UserError `natives-unsupported`, `natives-altered`, `natives-unavailable`
 */
export async function resolveNatives(options: NativesOptions): Promise<Natives> {
  const packages = packagesFor(options.lock, options.platform);
  const name = options.lock[0]?.name ?? "";
  if (packages === undefined)
    throw new UserError(
      "natives-unsupported",
      `${name} does not exist for ${platformName(options.platform)}`,
      {
        remedy: `run on one of ${platformsOf(options.lock).map(platformName).join(", ")}`,
      },
    );
  const natives = (folder: string, from: Natives["from"]): Natives => {
    options.log?.(`${name} ${packages[0]?.version} from the ${from} (${folder})`);
    return { folder, from, load: async <Module>() => loadNative<Module>(folder, name) };
  };
  if (options.folder !== undefined) return natives(await named(options.folder, packages), "folder");

  const key = lockKey(packages, options.platform);
  const places = options.cacheDirs.map((dir) => join(dir, "mlops-natives", key));
  for (const place of places) {
    const found = await verify(place, packages);
    if (found.kind === "good") return natives(place, "tool-cache");
    if (found.kind === "altered") options.log?.(`not used, and replaced: ${place}: ${found.what}`);
  }
  const failures: string[] = [];
  for (const place of places) {
    const staging = `${place}.${randomUUID()}`;
    try {
      await mkdir(staging, { recursive: true });
    } catch (error) {
      failures.push(reason(error));
      continue;
    }
    try {
      if (await fromShared(options, packages, key, place)) return natives(place, "actions-cache");
      const isReleased = await fromRelease(options, packages, staging);
      if (!isReleased) await fromRegistry(options.registry, packages, staging);
      await settle(staging, place, packages);
      await keep(options, key, place);
      return natives(place, isReleased ? "release" : "registry");
    } catch (error) {
      failures.push(reason(error));
      break;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  throw new UserError("natives-unavailable", `${name} could not be fetched: ${failures.join("; ")}`, {
    remedy: `let the runner reach ${options.registry.url}, or unpack ${packages.map((one) => `${one.name}@${one.version}`).join(", ")} into a folder (\`npm install --ignore-scripts\`) and name it in MLOPS_NATIVES`,
  });
}

async function named(folder: string, packages: readonly LockedPackage[]): Promise<string> {
  const found = await verify(folder, packages);
  if (found.kind === "good") return folder;
  const wanted = packages.map(({ name, version }) => `${name}@${version}`).join(" ");
  throw new UserError(
    found.kind === "altered" ? "natives-altered" : "natives-unavailable",
    `MLOPS_NATIVES is ${folder}: ${found.kind === "altered" ? found.what : "the packages are not in its node_modules"}`,
    { remedy: `fill it with \`npm install --ignore-scripts ${wanted}\`, or unset MLOPS_NATIVES` },
  );
}

// The cache puts an entry back where it was saved: at `place` itself, which nobody uses before it is verified.
async function fromShared(
  { shared, log }: NativesOptions,
  packages: readonly LockedPackage[],
  key: string,
  place: string,
): Promise<boolean> {
  if (shared === undefined) return false;
  try {
    if (!(await shared.restore(place, key))) return false;
    const found = await verify(place, packages);
    if (found.kind === "good") return true;
    log?.(`not used: the Actions cache: ${found.kind === "altered" ? found.what : "its entry is empty"}`);
  } catch (error) {
    log?.(`the Actions cache cannot be used: ${reason(error)}`);
  }
  await rm(place, { recursive: true, force: true });
  return false;
}

// An asset is as little believed as a cache: whatever is wrong with it, the registry has the packages.
async function fromRelease(
  { lock, release, platform, log }: NativesOptions,
  packages: readonly LockedPackage[],
  staging: string,
): Promise<boolean> {
  if (release === undefined) return false;
  // A folder of its own: an archive that breaks off may still be written to when the registry's packages come.
  const unpacked = `${staging}.release`;
  try {
    await fetchRelease(release, lock, platform, unpacked);
    const found = await verify(unpacked, packages);
    if (found.kind === "good") {
      await rm(staging, { recursive: true });
      await rename(unpacked, staging);
      return true;
    }
    log?.(`not used: our release's archive: ${found.kind === "altered" ? found.what : "it is empty"}`);
  } catch (error) {
    log?.(`our release has no archive for this: ${reason(error)}`);
  }
  await rm(unpacked, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  return false;
}

async function fromRegistry(
  registry: Registry,
  packages: readonly LockedPackage[],
  staging: string,
): Promise<void> {
  for (const one of packages) await fetchPackage(registry, one, staging);
  const found = await verify(staging, packages);
  if (found.kind !== "good")
    throw new Error(found.kind === "altered" ? found.what : "the archives are empty");
}

async function keep({ shared, log }: NativesOptions, key: string, place: string): Promise<void> {
  try {
    await shared?.save(place, key);
  } catch (error) {
    log?.(`not kept in the Actions cache: ${reason(error)}`);
  }
}

// Two processes may do this at once: whoever comes second finds the first one's folder and verifies it.
async function settle(staging: string, place: string, packages: readonly LockedPackage[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(staging, place);
      return;
    } catch (error) {
      if ((await verify(place, packages)).kind === "good") return;
      if (attempt === 3) throw error;
      await rm(place, { recursive: true, force: true });
    }
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
