import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Artifacts, type FoundArtifact, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { askAll } from "./ask.ts";
import { downloadBytes } from "./asset-download.ts";
import { fileDigest } from "./file-digest.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { told } from "./told.ts";
import { unpack } from "./unpack.ts";

const artifact = z.object({
  id: z.int(),
  name: z.string(),
  size_in_bytes: z.int().nonnegative(),
  expired: z.boolean(),
  created_at: z.string().nullable(),
  digest: z.string().nullish(),
  workflow_run: z
    .object({ id: z.int(), head_sha: z.string(), head_repository_id: z.int().nullish() })
    .nullish(),
});

// GitHub's own limit is above what a disk of a runner holds.
const MAX_ARCHIVE_BYTES = 10 * 1024 ** 3;

/**
 * Artifacts: those of this run through the runner's own service (`ACTIONS_RUNTIME_TOKEN`), those of others through the API (`actions: read`).
 * The official library brings Azure's client along, so it is loaded when it is used; its archives are unpacked here, with limits.
 */
export function githubArtifacts(options: { octokit: Client; repo: Repository; runUrl: string }): Artifacts {
  const { octokit, repo, runUrl } = options;
  return {
    async upload(name, files, root) {
      try {
        const uploaded = await (await library()).uploadArtifact(artifactName(name), [...files], root);
        if (uploaded.id === undefined) return { kind: "refused", why: "the artifact store gave no id" };
        const url = `${runUrl}/artifacts/${uploaded.id}`;
        return { kind: "uploaded", id: uploaded.id, digest: uploaded.digest ?? "", url };
      } catch (error) {
        return { kind: "refused", why: whyOf(error) };
      }
    },

    find: (name) =>
      told(`list the artifacts \`${name}\``, async () => {
        const route = "GET /repos/{owner}/{repo}/actions/artifacts";
        const asked = { ...repo, name: artifactName(name) };
        const all = await askAll(octokit, artifact, route, asked, "artifacts");
        // Whose run is not known is not to be believed by anybody.
        return all.flatMap((one) => foundOf(one) ?? []).sort((a, b) => b.id - a.id);
      }),

    async download(wanted, into, { digest } = {}) {
      await mkdir(dirname(into), { recursive: true });
      const folder = `${into}.${randomUUID()}.zip`;
      await mkdir(folder);
      try {
        const archive =
          "run" in wanted
            ? await throughApi(octokit, repo, wanted, folder)
            : await throughRuntime(wanted, folder);
        const expected = digest ?? ("run" in wanted ? wanted.digest : null);
        if (expected !== null && (await fileDigest(archive)) !== expected)
          throw new UserError(
            "artifact-differs",
            `The artifact ${nameOf(wanted)} is not the one with SHA-256 ${expected}`,
            {
              remedy:
                "run the job that uploads it again; if it stays so, find out who writes artifacts of this name",
            },
          );
        return await unpack(archive, into);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function throughApi(
  octokit: Client,
  repo: Repository,
  wanted: FoundArtifact,
  folder: string,
): Promise<string> {
  if (wanted.expired) throw missing(wanted, "has expired");
  if (wanted.size > MAX_ARCHIVE_BYTES) throw missing(wanted, `has ${wanted.size} bytes, which is too much`);
  const into = join(folder, "artifact");
  const route = "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}";
  const parameters = { ...repo, artifact_id: wanted.id, archive_format: "zip" };
  await told(`send the artifact ${nameOf(wanted)}`, () =>
    downloadBytes(octokit, { route, parameters, size: wanted.size, into }),
  );
  return into;
}

async function throughRuntime(wanted: { name: string } | { id: number }, folder: string): Promise<string> {
  try {
    const client = await library();
    const { artifacts } = await client.listArtifacts({ latest: true });
    const found = artifacts.find((one) =>
      "id" in wanted ? one.id === wanted.id : one.name === artifactName(wanted.name),
    );
    if (found === undefined) throw missing(wanted, "is not among those of this run");
    if (found.size > MAX_ARCHIVE_BYTES) throw missing(wanted, `has ${found.size} bytes, which is too much`);
    await client.downloadArtifact(found.id, { path: folder, skipDecompress: true });
    // It is called as the store likes; it is the only one.
    const [archive] = await readdir(folder);
    if (archive === undefined) throw missing(wanted, "came without bytes");
    return join(folder, archive);
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Whatever the library throws is about the artifact; it has no common error of its own.
    throw missing(wanted, `cannot be downloaded: ${whyOf(error)}`);
  }
}

async function library() {
  const { DefaultArtifactClient } = await import("@actions/artifact");
  return new DefaultArtifactClient();
}

function foundOf(one: z.infer<typeof artifact>): FoundArtifact | undefined {
  const { id, name, size_in_bytes: size, expired, created_at: created, workflow_run: run } = one;
  if (run == null || created === null) return undefined;
  return {
    id,
    name,
    size,
    digest: /^sha256:([0-9a-f]{64})$/.exec(one.digest ?? "")?.[1] ?? null,
    created,
    expired,
    run: { id: run.id, headSha: run.head_sha, headRepositoryId: run.head_repository_id ?? null },
  };
}

// GitHub refuses these in names, since artifacts become files on every platform.
function artifactName(name: string): string {
  return name.replaceAll(/["<>|*?:\\/\r\n]+/g, "-").slice(0, 200);
}

function nameOf(wanted: { name: string } | { id: number }): string {
  return "name" in wanted ? `\`${wanted.name}\`` : String(wanted.id);
}

function missing(wanted: { name: string } | { id: number }, why: string): UserError {
  return new UserError("artifact-missing", `The artifact ${nameOf(wanted)} ${why}`, {
    remedy: "run the job that uploads it again; this job must come after it (`needs`)",
  });
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
