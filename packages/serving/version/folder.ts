import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { type Manifest, manifest, UserError } from "@mlops-actions/core";
import { openPlain } from "@mlops-actions/tables";
import { modelOf, type ServedVersion, servedVersion } from "./served.ts";

const MANIFEST = "manifest.json";
const MOST_BYTES = 16 * 2 ** 20;

/**
 * The version whose files lie in a folder, as `registry download` leaves them. What its manifest says of the model's bytes is checked when
 * they are loaded.
 * @param version how answers name it; default: the beginning of the manifest's digest
 * @throws UserError `not-a-version`
 */
export async function versionInFolder(folder: string, version?: string): Promise<ServedVersion> {
  const found = await readManifest(folder);
  const name = version ?? found.digest.slice(0, 12);
  const { manifest } = found;
  const file = join(resolve(folder), modelOf(manifest, `${manifest.model} in ${folder}`).name);
  return servedVersion(found, name, file);
}

async function readManifest(folder: string): Promise<{ manifest: Manifest; digest: string }> {
  const path = join(folder, MANIFEST);
  const file = await openPlain(path, path).catch((cause: unknown) => {
    throw notAVersion(folder, `has no ${MANIFEST} that can be read`, cause);
  });
  try {
    if ((await file.stat()).size > MOST_BYTES) throw notAVersion(folder, `has a ${MANIFEST} beyond any size`);
    const bytes = await file.readFile();
    const digest = createHash("sha256").update(bytes).digest("hex");
    try {
      return { manifest: manifest.parse(JSON.parse(bytes.toString("utf8"))), digest };
    } catch (cause) {
      throw notAVersion(folder, `has a ${MANIFEST} that is none of ours`, cause);
    }
  } finally {
    await file.close();
  }
}

function notAVersion(folder: string, what: string, cause?: unknown): UserError {
  return new UserError("not-a-version", `${folder} ${what}`, {
    remedy:
      "Fetch a version with `mlops-actions registry download MODEL@VERSION into DIR`, or name the version itself.",
    cause,
  });
}
