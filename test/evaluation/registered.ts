import { createHash, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest, Publication } from "@mlops-actions/core";
import { folderReleases, gitRefs } from "@mlops-actions/git";
import { type Registry, registry } from "@mlops-actions/registry";
import { type Folder, gitRepository, temporaryFolder } from "@mlops-actions/testkit";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A registry in a plain repository and a folder. */
export interface Registered extends AsyncDisposable {
  registry: Registry;
  /** Publishes a model file as the next version of `model`. */
  publish(
    file: string,
    interfaceOf: Partial<Manifest["interface"]>,
    model?: Partial<Manifest>,
  ): Promise<string>;
  releases: Folder;
}

export async function registered(): Promise<Registered> {
  const repository = await gitRepository({ "README.md": "a registry\n" });
  const releases = await temporaryFolder("releases");
  const scratch = await temporaryFolder("scratch");
  let second = Date.parse("2025-12-20T00:00:00Z");
  const now = () => {
    second += 1000;
    return new Date(second);
  };
  const own = registry({
    refs: gitRefs({ root: repository.path, tagger: { name: "release", email: "release@example.org" } }),
    releases: folderReleases(releases.path, now),
    now,
    key: randomUUID,
    scratch: scratch.path,
  });
  return {
    registry: own,
    releases,
    async publish(file, asked, also = {}) {
      const bytes = await readFile(file);
      const path = join(scratch.path, "model.onnx");
      await writeFile(path, bytes);
      const manifest: Manifest = {
        _type: "https://mlops-actions.dev/manifest/v1",
        model: "tiny",
        task: "multiclass",
        files: [{ role: "model", name: "model.onnx", size: bytes.length, sha256: sha256(bytes) }],
        interface: { by: "onnx", ...asked },
        training: { commit: null, code: "0".repeat(64), inputs: sha256(bytes), data: [] },
        ...also,
      };
      const publication: Publication = {
        manifest,
        bump: "minor",
        files: [{ name: "model.onnx", digest: { sha256: sha256(bytes) }, path, size: bytes.length }],
      };
      return (await own.publish(publication)).version.number;
    },
    async [Symbol.asyncDispose]() {
      for (const one of [repository, releases, scratch]) await one[Symbol.asyncDispose]();
    },
  };
}
