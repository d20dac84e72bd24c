import { createHash } from "node:crypto";
import { type Manifest, manifest } from "@mlops-actions/core";
import { canonicalJson } from "./canonical-json.ts";

/** The one file of a record, and an asset of every version. */
export const MANIFEST_FILE = "manifest.json";

/** A manifest as a record holds it: the same model is the same bytes. */
export interface Recorded {
  manifest: Manifest;
  bytes: Uint8Array;
  sha256: string;
}

/** The bytes of a manifest, which is checked on the way: what is recorded cannot be taken back. */
export function recorded(of: Manifest): Recorded {
  const checked = manifest.parse(of);
  const bytes = Buffer.from(canonicalJson(checked));
  return { manifest: checked, bytes, sha256: sha256Of(bytes) };
}

/** Reads the files of a record commit; `undefined` for anything that we would not have written. */
export function readRecorded(files: ReadonlyMap<string, Uint8Array> | undefined): Recorded | undefined {
  const bytes = files?.get(MANIFEST_FILE);
  if (bytes === undefined || files?.size !== 1) return undefined;
  const value = jsonOf(bytes);
  const parsed = manifest.safeParse(value);
  // Compared as it was read, so that a newer writer may have said more than we know.
  if (!parsed.success || !Buffer.from(canonicalJson(value)).equals(bytes)) return undefined;
  return { manifest: parsed.data, bytes, sha256: sha256Of(bytes) };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
