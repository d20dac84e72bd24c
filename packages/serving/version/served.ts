import { type Manifest, UserError } from "@mlops-actions/core";
import type { ModelToServe } from "../engine/messages.ts";

/** A version that can be loaded: its manifest was read, and its model's bytes are checked when they are. */
export interface ServedVersion {
  serve: ModelToServe;
  /** SHA-256 of its manifest. */
  digest: string;
}

/**
 * A version whose model lies in a file.
 * @param of the manifest, and the bytes that it was read from
 * @param file absolute path of the manifest's model
 * @throws UserError `not-onnx` for a model that only its own project's command can run
 */
export function servedVersion(
  of: { manifest: Manifest; digest: string },
  version: string,
  file: string,
): ServedVersion {
  const { manifest, digest } = of;
  const label = `${manifest.model}@${version}`;
  return {
    digest,
    serve: {
      model: manifest.model,
      version,
      source: { file, label },
      sha256: modelOf(manifest, label).sha256,
      task: manifest.task,
      interface: manifest.interface,
    },
  };
}

/** The one file of a version that is asked. @throws UserError `not-onnx` */
export function modelOf(manifest: Manifest, label: string): Manifest["files"][number] {
  const models = manifest.files.filter(({ role }) => role === "model");
  const [only] = models;
  if (manifest.interface.by === "onnx" && only !== undefined && models.length === 1) return only;
  throw new UserError("not-onnx", `${label} is no ONNX model: only its own project's command can run it`, {
    remedy: "Serve it with that project's own server, or export the model to ONNX.",
  });
}
