import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import { evaluate } from "@mlops-actions/evaluation";
import { addWorktree, gitSnapshot, hasCommit } from "@mlops-actions/git";
import { projectsOf, readProject } from "@mlops-actions/project";
import { notify } from "@mlops-actions/runner";
import { baseCommitOf } from "../job/base.ts";
import { folderIn, type Job } from "../job/job.ts";

/** A checkout of the base commit. */
export interface BaseCheckout {
  commit: string;
  root: string;
  /** The project's folder in it. */
  project: string;
}

/**
 * The base commit in a folder of its own, where the rules on the base say `baseline: base`. The rules that count are the base's, so a change that
 * asks for it costs nothing before it is merged.
 */
export async function baseWanted(job: Job, project: string): Promise<BaseCheckout | undefined> {
  const commit = baseCommitOf(job);
  if (commit === undefined) return undefined;
  const { root } = job;
  if (!(await hasCommit(root, commit))) return undefined;
  const snapshot = gitSnapshot({ root, commit, into: await folderIn(job, "base") });
  const path = project.replaceAll("\\", "/").replace(/^\.\/|\/$/g, "") || ".";
  const folder = (await projectsOf(snapshot)).some((one) => one.folder === path) ? path : undefined;
  if (folder === undefined) return undefined;
  try {
    const read = await readProject(snapshot, folder, evaluate);
    if (read?.section?.baseline !== "base") return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    notify("notice", "The base commit is not trained", error.message);
    return undefined;
  }
  const into = join(job.temp, "base-checkout");
  await addWorktree(root, commit, into);
  return { commit, root: into, project: folder };
}
