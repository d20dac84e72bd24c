import type { Snapshot } from "@mlops-actions/core";
import { gitSnapshot, hasCommit } from "@mlops-actions/git";
import { githubSnapshot } from "@mlops-actions/github";
import { folderIn, type Job } from "./job.ts";

/** The commit whose rules judge a pull request: the first parent of the merge commit that is checked out, else the event's base. */
export async function baseOf(job: Job): Promise<Snapshot | undefined> {
  const { event, root, at, octokit, repo } = job;
  if (event.kind !== "pull-request") return undefined;
  const [first, second] = at.parents;
  const commit = first !== undefined && second === event.head.sha ? first : event.base.sha;
  const into = await folderIn(job, "base");
  return (await hasCommit(root, commit))
    ? gitSnapshot({ root, commit, into })
    : githubSnapshot({ octokit, repo, commit, into });
}
