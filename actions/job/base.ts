import type { Snapshot } from "@mlops-actions/core";
import { gitSnapshot, hasCommit } from "@mlops-actions/git";
import { githubSnapshot } from "@mlops-actions/github";
import { folderIn, type Job } from "./job.ts";

/** The commit whose rules judge a pull request: the first parent of the merge commit that is checked out, else the event's base. */
export function baseCommitOf({ event, at }: Job): string | undefined {
  if (event.kind !== "pull-request") return undefined;
  const [first, second] = at.parents;
  return first !== undefined && second === event.head.sha ? first : event.base.sha;
}

/** The files of that commit, from this clone or from GitHub. */
export async function baseOf(job: Job): Promise<Snapshot | undefined> {
  const { root, octokit, repo } = job;
  const commit = baseCommitOf(job);
  if (commit === undefined) return undefined;
  const into = await folderIn(job, "base");
  return (await hasCommit(root, commit))
    ? gitSnapshot({ root, commit, into })
    : githubSnapshot({ octokit, repo, commit, into });
}
