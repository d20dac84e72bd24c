import { lstat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Evidence, type Files, type Loaded, UserError } from "@mlops-actions/core";
import { githubArtifacts } from "@mlops-actions/github";
import { type Candidate, openCandidate } from "@mlops-actions/training";
import { folderIn, type Job } from "./job.ts";

/** What another job has trained, as far as it was handed over. */
export interface HandedOver {
  candidates: readonly Candidate[];
  upstream: readonly Evidence[];
  files: Files;
}

/**
 * Fetches and checks the candidates that an input names, separated by spaces: `<artifact>@sha256:<digest>` as the train job puts it out, or a folder of
 * this job. A name is anybody's to take; the digest came by a job output, which no other job can write.
 */
export async function handedOver(job: Job, named: string | undefined): Promise<HandedOver> {
  const candidates: Candidate[] = [];
  for (const one of (named ?? "").split(/\s+/).filter((word) => word !== ""))
    candidates.push(await opened(job, one));
  return {
    candidates,
    upstream: candidates.map(({ evidence }) => evidence),
    files: {
      async find(wanted) {
        for (const { files } of candidates) {
          const found = await files.find(wanted);
          if (found !== undefined) return found;
        }
        return undefined;
      },
    },
  };
}

async function opened(job: Job, named: string): Promise<Candidate> {
  const [, artifact, digest] = /^([A-Za-z0-9][A-Za-z0-9._-]*)@sha256:([0-9a-f]{64})$/.exec(named) ?? [];
  if (artifact === undefined || digest === undefined) return openCandidate(await folderOf(job, named));
  const { octokit, repo, links } = job;
  const into = join(await folderIn(job, "candidates"), artifact);
  await githubArtifacts({ octokit, repo, runUrl: links.run }).download({ name: artifact }, into);
  return openCandidate(into, digest);
}

async function folderOf({ root }: Job, named: string): Promise<string> {
  const folder = resolve(root, named);
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return folder;
  throw new UserError("input", `The input \`candidate\` is \`${named.slice(0, 120)}\``, {
    remedy:
      "hand over the output `candidate` of the train job as it is, or name the folder of a candidate in this job",
  });
}

/** What was found, or the project with the fault of looking for it: a fault must be said where the verdict would have been. */
export async function orFault<Section, Found>(
  loaded: Loaded<Section>,
  nothing: Found,
  look: () => Promise<Found>,
): Promise<{ loaded: Loaded<Section>; found: Found }> {
  if (loaded.kind === "fault") return { loaded, found: nothing };
  try {
    return { loaded, found: await look() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { path, model } = loaded.project;
    return { loaded: { kind: "fault", error, project: { path, model } }, found: nothing };
  }
}

export const NOTHING: HandedOver = {
  candidates: [],
  upstream: [],
  files: { find: async () => undefined },
};
