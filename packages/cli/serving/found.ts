import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { canonicalText } from "@mlops-actions/core";
import { printable } from "@mlops-actions/report";
import { modelOf, type ServedVersion, servedVersion, versionInFolder } from "@mlops-actions/serving";
import { cacheFolder } from "../installation.ts";
import { githubRegistry } from "../registry/github.ts";
import { openRegistry, type Place } from "../registry/open.ts";
import { resolvedOf } from "../registry/resolved.ts";

/**
 * A version as people name it: a folder of its files, else what the registry has by that name.
 * @throws UserError
 */
export async function foundVersion(text: string, place: Place): Promise<ServedVersion> {
  const isFolder = await stat(text).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? versionInFolder(text) : registeredVersion(text, place);
}

/** A version of the registry, its model fetched, every digest checked. @throws UserError */
export async function registeredVersion(text: string, place: Place): Promise<ServedVersion> {
  await using opened = await openRegistry(place, process.env, githubRegistry);
  const { registry } = opened;
  const { version, doubted = [] } = await resolvedOf(registry, text);
  for (const { tag, why } of doubted) process.stderr.write(`${printable(`${tag} does not count: ${why}`)}\n`);
  const { manifest, number, record, tag } = version;
  const { name } = modelOf(manifest, tag);
  // It must still be there when a process has to be started again.
  const into = join(cacheFolder(), "versions", record);
  const file = (await registry.download(version, [name], into)).get(name);
  if (file === undefined) throw new Error(`${name} was downloaded and is not there`);
  const digest = createHash("sha256").update(canonicalText(manifest)).digest("hex");
  return servedVersion({ manifest, digest }, number, file);
}
