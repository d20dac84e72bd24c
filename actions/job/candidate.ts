import { join, resolve } from "node:path";
import { type Evidence, type Files, type Loaded, type Remade, UserError } from "@mlops-actions/core";
import { githubArtifacts } from "@mlops-actions/github";
import { type Candidate, openCandidate } from "@mlops-actions/training";
import { type Handle, readHandle } from "./handle.ts";
import { folderIn, type Job } from "./job.ts";

/** What another job has trained, as far as it was handed over. */
export interface HandedOver {
  candidates: readonly (Candidate & { from: Handle["kind"] })[];
  upstream: readonly Evidence[];
  files: Files;
}

export const NOTHING: HandedOver = {
  candidates: [],
  upstream: [],
  files: { find: async () => undefined },
};

/** Fetches and checks the candidates that an input names, separated by spaces. */
export async function handedOver(job: Job, named: string | undefined): Promise<HandedOver> {
  const candidates: HandedOver["candidates"][number][] = [];
  for (const one of (named ?? "").split(/\s+/).filter((word) => word !== "")) {
    const handle = readHandle(one, "candidate");
    candidates.push({ ...(await opened(job, handle, "candidate")), from: handle.kind });
  }
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

/** Fetches and checks the baseline that a job of its own has made, where one was handed over. */
export async function remadeBy(job: Job, named: string | undefined): Promise<Remade | undefined> {
  return (named ?? "") === "" ? undefined : opened(job, readHandle(named ?? "", "baseline"), "baseline");
}

async function opened(job: Job, handle: Handle, as: "candidate" | "baseline"): Promise<Candidate> {
  if (handle.kind === "folder") return openCandidate(resolve(job.root, handle.path));
  const { octokit, repo, links } = job;
  const { name, id, digest } = handle;
  const into = join(await folderIn(job, as), digest);
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  if (id === undefined) await artifacts.download({ name }, into);
  else {
    const found = (await artifacts.find(name)).find((one) => one.id === id);
    if (found === undefined)
      throw new UserError("candidate-gone", `There is no artifact ${name} with the id ${id} any more`, {
        remedy: "train again: candidates are kept as long as the repository keeps artifacts",
      });
    await artifacts.download(found, into);
  }
  return openCandidate(into, digest);
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
