import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { create, extract } from "tar";
import { download, type Fetching } from "./download.ts";
import { type NativesLock, packagesFor } from "./lock.ts";
import { type Platform, platformName } from "./platform.ts";
import { fetchPackage, type Registry } from "./registry.ts";

/** The assets of our own release: one archive a library and platform, made by `packRelease`. */
export interface Release extends Fetching {
  /** The address that the assets' names are appended to. */
  url: string;
}

/** The name of the archive of a library for a platform among the assets. */
export function archiveName(lock: NativesLock, platform: Platform): string {
  const library = (lock[0]?.name ?? "").replace(/^@/, "").replace("/", "-");
  return `natives-${library}-${platformName(platform)}.tar.gz`;
}

/** Unpacks this platform's archive into `folder`. Whoever uses the folder verifies it. */
export async function fetchRelease(
  release: Release,
  lock: NativesLock,
  platform: Platform,
  folder: string,
): Promise<void> {
  const archive = join(folder, "release.tar.gz");
  await mkdir(folder, { recursive: true });
  await download(release, `${release.url.replace(/\/+$/, "")}/${archiveName(lock, platform)}`, archive);
  await extract({
    file: archive,
    cwd: folder,
    strict: true,
    noChmod: true,
    filter: (path, entry) => path.startsWith("node_modules/") && "type" in entry && entry.type === "File",
  });
  await rm(archive);
}

/** Makes the archive of one platform from the packages of the lock. @returns its path in `into` */
export async function packRelease(
  lock: NativesLock,
  { platform, registry, into }: { platform: Platform; registry: Registry; into: string },
): Promise<string> {
  const packages = packagesFor(lock, platform);
  if (packages === undefined) throw new Error(`the lock has nothing for ${platformName(platform)}`);
  const folder = join(into, platformName(platform));
  for (const one of packages) await fetchPackage(registry, one, folder);
  const file = join(into, archiveName(lock, platform));
  await create({ gzip: true, file, cwd: folder, portable: true, noMtime: true }, ["node_modules"]);
  await rm(folder, { recursive: true });
  return file;
}
