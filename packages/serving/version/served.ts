import type { Manifest } from "@mlops-actions/core";
import type { ModelToServe } from "../engine/messages.ts";

/** A model whose bytes were checked, ready to be loaded. */
export interface ServedVersion {
  serve: ModelToServe;
  /** SHA-256 of what it is known by: its manifest, or the file where it has none. */
  digest: string;
}

/** @param file absolute path of the manifest's model */
export function servedVersion(
  manifest: Manifest,
  digest: string,
  version: string,
  file: string,
): ServedVersion {
  return {
    digest,
    serve: {
      model: manifest.model,
      version,
      source: { file, label: `${manifest.model}@${version}` },
      task: manifest.task,
      interface: manifest.interface,
    },
  };
}
