import type { Artifacts } from "@mlops-actions/core";

/** The artifact store of this run. The library brings Azure's client along, so it is loaded when something is uploaded. */
export function githubArtifacts({ runUrl }: { runUrl: string }): Artifacts {
  return {
    async upload(name, files, root) {
      try {
        const { DefaultArtifactClient } = await import("@actions/artifact");
        const uploaded = await new DefaultArtifactClient().uploadArtifact(
          artifactName(name),
          [...files],
          root,
        );
        if (uploaded.id === undefined) return { kind: "refused", why: "the artifact store gave no id" };
        const url = `${runUrl}/artifacts/${uploaded.id}`;
        return { kind: "uploaded", id: uploaded.id, digest: uploaded.digest ?? "", url };
      } catch (error) {
        // Whatever the library throws is about the upload; it has no common error of its own.
        return { kind: "refused", why: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

// GitHub refuses these in names, since artifacts become files on every platform.
function artifactName(name: string): string {
  return name.replaceAll(/["<>|*?:\\/\r\n]+/g, "-").slice(0, 200);
}
