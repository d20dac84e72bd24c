import { mayRead, mayWrite } from "./access.ts";
import type { Artifact } from "./artifact-store.ts";
import { signedUrl } from "./blobs.ts";
import { type App, type Box, nodeId, repositoryPath, repositoryUrl } from "./box.ts";
import { isoSeconds } from "./commit.ts";
import { page } from "./page.ts";
import { notFound, Refusal } from "./refusal.ts";
import { repositoryId } from "./repository.ts";
import { type Run, shownRun } from "./workflow-run.ts";

const ARTIFACT_DAYS = 90;

/** `actions/runs` and `actions/artifacts`. */
export function runs(app: App, box: Box): void {
  const at = `${repositoryPath(box)}/actions`;
  const runOf = (id: string): Run => {
    const run = box.runs.get(Number(id));
    if (run === undefined) throw notFound();
    return run;
  };
  const artifactOf = (id: string): Artifact => {
    const artifact = box.artifacts.get(Number(id));
    if (artifact === undefined || !artifact.finalized) throw notFound();
    return artifact;
  };

  app.get(`${at}/runs`, (c) => {
    mayRead(c, box, "actions");
    const query = (name: string) => c.req.query(name);
    const found = [...box.runs.values()].filter(
      (run) =>
        (query("event") === undefined || run.event === query("event")) &&
        (query("head_sha") === undefined || run.headSha === query("head_sha")) &&
        (query("branch") === undefined || run.headBranch === query("branch")) &&
        (query("status") === undefined || [run.status, run.conclusion].includes(query("status") as never)),
    );
    found.sort((a, b) => b.id - a.id);
    return c.json({
      total_count: found.length,
      workflow_runs: page(c, found).map((run) => shownRun(box, run)),
    });
  });

  app.get(`${at}/runs/:id{[0-9]+}`, (c) => {
    mayRead(c, box, "actions");
    return c.json(shownRun(box, runOf(c.req.param("id"))));
  });

  for (const route of [`${at}/artifacts`, `${at}/runs/:id{[0-9]+}/artifacts`])
    app.get(route, (c) => {
      mayRead(c, box, "actions");
      const id = c.req.param("id");
      const found = [...box.artifacts.values()].filter(
        ({ run, name, finalized }) =>
          finalized && (id === undefined || run === Number(id)) && (c.req.query("name") ?? name) === name,
      );
      found.sort((a, b) => b.id - a.id);
      return c.json({
        total_count: found.length,
        artifacts: page(c, found).map((one) => shownArtifact(box, one)),
      });
    });

  app.get(`${at}/artifacts/:id{[0-9]+}`, (c) => {
    mayRead(c, box, "actions");
    return c.json(shownArtifact(box, artifactOf(c.req.param("id"))));
  });

  app.get(`${at}/artifacts/:id{[0-9]+}/:format`, (c) => {
    // Even in a public repository an artifact's bytes are for those who have signed in.
    if (c.get("who") === undefined) throw new Refusal(401, "Requires authentication");
    mayRead(c, box, "actions");
    if (c.req.param("format") !== "zip") throw notFound();
    const artifact = artifactOf(c.req.param("id"));
    if (artifact.expired) throw new Refusal(410, "Artifact has expired");
    return c.redirect(signedUrl(box, artifact.blob, `${artifact.name}.zip`), 302);
  });

  app.delete(`${at}/artifacts/:id{[0-9]+}`, (c) => {
    mayWrite(c, "actions");
    box.artifacts.delete(artifactOf(c.req.param("id")).id);
    return c.body(null, 204);
  });
}

function shownArtifact(box: Box, artifact: Artifact) {
  const url = `${repositoryUrl(box)}/actions/artifacts/${artifact.id}`;
  const run = box.runs.get(artifact.run);
  const expires = new Date(Date.parse(artifact.createdAt) + ARTIFACT_DAYS * 86_400_000);
  return {
    id: artifact.id,
    node_id: nodeId("Artifact", artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expired,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: isoSeconds(expires),
    digest: artifact.digest,
    workflow_run: {
      id: artifact.run,
      repository_id: repositoryId(box, box.settings.owner),
      head_repository_id: repositoryId(box, run?.headOwner ?? box.settings.owner),
      ...(run && { head_branch: run.headBranch, head_sha: run.headSha }),
    },
  };
}
