import type { Artifact } from "./artifact-store.ts";
import { newBlob, signedUrl } from "./blobs.ts";
import type { Body } from "./body.ts";
import type { App, Box } from "./box.ts";
import { scopeOf, TwirpError, twirp } from "./twirp.ts";

/** The artifact service of a run, as `@actions/artifact` calls it. 64-bit numbers are texts. */
export function artifactService(app: App, box: Box): void {
  const all = box.artifacts;
  const named = (request: Body, isFinal = true): Artifact => {
    const found = [...all.values()].find(
      ({ run, name, finalized }) =>
        String(run) === runOf(request) && name === request.name && finalized === isFinal,
    );
    if (found === undefined) throw new TwirpError(404, "not_found", "artifact not found");
    return found;
  };

  twirp(app, "ArtifactService", {
    CreateArtifact(request, c) {
      const run = runOf(request);
      const name = String(request.name ?? "");
      const scope = scopeOf(c.req.header("authorization"));
      if (scope === undefined || scope.run !== run)
        throw new TwirpError(401, "unauthenticated", "the token is for another run");
      if (name === "") throw new TwirpError(400, "invalid_argument", "name is required");
      const taken = [...all.values()].some(
        (artifact) => String(artifact.run) === run && artifact.name === name,
      );
      if (taken)
        throw new TwirpError(
          409,
          "already_exists",
          "an artifact with this name already exists on the workflow run",
        );
      const artifact: Artifact = {
        id: box.nextId(),
        run: Number(run),
        name,
        size: 0,
        digest: null,
        createdAt: box.now(),
        finalized: false,
        expired: false,
        blob: newBlob(box),
      };
      all.set(artifact.id, artifact);
      return { ok: true, signed_upload_url: signedUrl(box, artifact.blob) };
    },

    FinalizeArtifact(request) {
      const artifact = named(request, false);
      artifact.size = Number(request.size ?? 0);
      artifact.digest = request.hash === undefined ? null : String(request.hash);
      artifact.finalized = true;
      return { ok: true, artifact_id: String(artifact.id) };
    },

    ListArtifacts(request) {
      const only = (field: string, value: string) =>
        request[field] == null || String(request[field]) === value;
      const found = [...all.values()].filter(
        ({ id, run, name, finalized }) =>
          finalized &&
          String(run) === runOf(request) &&
          only("name_filter", name) &&
          only("id_filter", String(id)),
      );
      return {
        artifacts: found.map((artifact) => ({
          workflow_run_backend_id: String(artifact.run),
          workflow_job_run_backend_id: request.workflow_job_run_backend_id,
          database_id: String(artifact.id),
          name: artifact.name,
          size: String(artifact.size),
          created_at: artifact.createdAt,
          digest: artifact.digest,
        })),
      };
    },

    GetSignedArtifactURL(request) {
      const artifact = named(request);
      return { signed_url: signedUrl(box, artifact.blob, `${artifact.name}.zip`) };
    },

    DeleteArtifact(request) {
      const artifact = named(request);
      all.delete(artifact.id);
      return { ok: true, artifact_id: String(artifact.id) };
    },
  });
}

function runOf(request: Body): string {
  return String(request.workflow_run_backend_id ?? "");
}
