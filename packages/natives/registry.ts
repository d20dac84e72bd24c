import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar";
import { download, type Fetching } from "./download.ts";
import { isOmitted, type LockedPackage } from "./lock.ts";
import { packageFolder } from "./verify.ts";

/** A package registry that speaks npm's protocol. */
export interface Registry extends Fetching {
  url: string;
}

/**
 * Fetches one package and unpacks it into `folder`. npm is not run, and nothing of the package is: its archive is compared with the
 * lock before a single file of it is written.
 */
export async function fetchPackage(registry: Registry, one: LockedPackage, folder: string): Promise<void> {
  const target = packageFolder(folder, one.name);
  const archive = join(folder, `${one.name.replace("/", "-")}.tgz`);
  await mkdir(target, { recursive: true });
  const found = await download(registry, addressOf(registry, one), archive);
  if (found !== one.integrity)
    throw new Error(`${one.name}@${one.version} has not the bytes of the lock (${found.slice(0, 24)}…)`);
  await extract({
    file: archive,
    cwd: target,
    strip: 1,
    strict: true,
    noChmod: true,
    filter: (path, entry) =>
      "type" in entry && entry.type === "File" && !isOmitted(one, path.replace(/^[^/]+\//, "")),
  });
  await rm(archive);
}

function addressOf({ url }: Registry, { name, version }: LockedPackage): string {
  return `${url.replace(/\/+$/, "")}/${name}/-/${name.replace(/^.*\//, "")}-${version}.tgz`;
}
