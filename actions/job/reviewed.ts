import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { workingTree } from "@mlops-actions/git";
import { githubArtifacts, isRunOf, type MergedPullRequest } from "@mlops-actions/github";
import { loadProject } from "@mlops-actions/project";
import { inputsOf, openCandidate, train } from "@mlops-actions/training";
import { printHandle } from "./handle.ts";
import { folderIn, type Job } from "./job.ts";

/**
 * The candidate that was trained and judged in the pull request of which this commit is the merge, where everything that made it is the
 * same here: what was reviewed is what ships.
 *
 * Whoever may start a workflow of this repository can upload an artifact of any name that claims any inputs. So only those count that a
 * `pull_request` run of the merged head has made, in this repository, where that head was proposed once. What is found is judged again.
 * @returns the handle; `undefined` where there is none, with the reason for the log
 */
export async function reviewedCandidate(
  job: Job,
  project: string,
  pull: MergedPullRequest,
): Promise<{ handle: string } | { why: string }> {
  const { root, octokit, repo, links } = job;
  if (pull.fork) return { why: `#${pull.number} came from a fork: what its runs made is not believed` };
  const head = workingTree(root);
  const loaded = await loadProject({ stage: train, head, path: project, root });
  if (loaded.kind === "fault") return { why: loaded.error.message };
  const { inputs } = await inputsOf(loaded.project, head);
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  // A run that was started again keeps its candidate under its attempt.
  const first = `mlops-candidate-${loaded.project.model}`;
  const named = await Promise.all([first, `${first}-2`, `${first}-3`].map((name) => artifacts.find(name)));
  const made = named
    .flat()
    .filter(({ run }) => run.headSha === pull.headSha && run.headRepositoryId === pull.repositoryId)
    .sort((a, b) => b.id - a.id);
  if (made.length === 0) return { why: `no run of #${pull.number} has kept a candidate` };
  let why = `the candidates of #${pull.number} have expired`;
  for (const one of made) {
    if (one.expired) continue;
    try {
      if (!(await isRunOf(job, one.run.id, pull))) {
        why = `the candidate of run ${one.run.id} was not made for #${pull.number} alone`;
        continue;
      }
      const into = join(await folderIn(job, "reviewed"), String(one.id));
      await artifacts.download(one, into);
      const { manifest, digest } = await openCandidate(into);
      if (manifest.training.inputs === inputs)
        return { handle: printHandle({ name: one.name, id: one.id, digest }) };
      why = `what was trained in #${pull.number} was made of something else`;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      why = error.message;
    }
  }
  return { why };
}
