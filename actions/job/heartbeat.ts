import { type Block, type Document, type FoundArtifact, UserError } from "@mlops-actions/core";
import { checking, overdue } from "@mlops-actions/drift";
import { workingTree } from "@mlops-actions/git";
import { githubArtifacts, githubWitness, workflowsOf } from "@mlops-actions/github";
import { readProject } from "@mlops-actions/project";
import type { Job } from "./job.ts";

/** Attempts of a run keep artifacts under names of their own. */
const ATTEMPTS = ["", "-2", "-3"];

/**
 * What checks of a model have left, the newest first. They are believed where GitHub's record says that a run of the default branch has kept them:
 * anybody may call an artifact so.
 *
 * @param workflows the files whose runs count: another workflow of the default branch may run anybody's training code; `undefined`: any
 */
export async function* checksOf(
  { octokit, repo, links }: Job,
  model: string,
  workflows: readonly string[] | undefined,
): AsyncGenerator<FoundArtifact, undefined> {
  const artifacts = githubArtifacts({ octokit, repo, runUrl: links.run });
  const witness = githubWitness({ octokit, repo, workflows });
  const found: FoundArtifact[] = [];
  for (const attempt of ATTEMPTS) found.push(...(await artifacts.find(`mlops-drift-${model}${attempt}`)));
  for (const one of found.sort((a, b) => b.id - a.id)) {
    const claimed = { repositoryId: one.run.headRepositoryId ?? 0, runId: one.run.id, attempt: 1 };
    if ((await witness.examine({ name: one.name }, claimed)).kind === "vouched") yield one;
  }
  return undefined;
}

/** The files of the workflows that are written to check for drift. */
export function checkingWorkflows({ root }: Job): Promise<string[]> {
  return workflowsOf(workingTree(root), { action: "drift-check", stage: "drift" });
}

/**
 * The document with a warning where the drift check of this model has stopped: GitHub switches off the crons of quiet repositories, and nobody else would
 * notice. What cannot be read is no news.
 */
export async function withHeartbeat(job: Job, path: string, document: Document): Promise<Document> {
  try {
    const project = await readProject(workingTree(job.root), path, checking({ run: null }));
    if (project?.section === undefined) return document;
    const { model } = project.shared;
    const workflows = await checkingWorkflows(job);
    // A check that runs in a workflow of others, or in a composite action, is late all the same.
    const counting = workflows.length === 0 ? undefined : workflows;
    const { value: last } = await checksOf(job, model, counting).next();
    const late = overdue({
      last: last === undefined ? undefined : new Date(last.created),
      every: project.section.every,
      now: new Date(),
    });
    if (late === undefined || last === undefined) return document;
    const warning: Block = {
      kind: "warning",
      text: [
        { strong: "The drift check has stopped" },
        `: it last ran on ${last.created.slice(0, 10)} and was due on ${late.due.toISOString().slice(0, 10)}. Look at its workflow's schedule.`,
      ],
    };
    const [headline, ...rest] = document.blocks;
    return { ...document, blocks: headline === undefined ? [warning] : [headline, warning, ...rest] };
  } catch (error) {
    if (error instanceof UserError) return document;
    throw error;
  }
}
