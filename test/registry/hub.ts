import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, githubRefs, githubReleases, githubWitness } from "@mlops-actions/github";
import { registry } from "@mlops-actions/registry";
import {
  type GitHubBox,
  gitRepository,
  personToken,
  push,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";

export const tokens = {
  ada: personToken("ada"),
  job: workflowToken({ contents: "write", actions: "read" }),
};

/** GitHub in a box with one commit on `main`. */
export async function openHub(): Promise<{ box: GitHubBox; repositoryId: number; commit: string }> {
  const box = await startGitHub({ tokens });
  await using repository = await gitRepository({ ".github/workflows/mlops.yml": "on: push\n" });
  await push(box, repository, { token: "ada" });
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}`);
  const { id } = (await answer.json()) as { id: number };
  return { box, repositoryId: id, commit: await repository.revision() };
}

/** The registry as a job on GitHub has it. */
export function registryOn(box: GitHubBox, scratch: string) {
  const octokit = connect({
    token: "job",
    baseUrl: box.apiUrl,
    wait: (milliseconds) => sleep(milliseconds / 50),
  });
  const repo = { owner: box.owner, repo: box.repo };
  const refs = githubRefs({ octokit, repo });
  const releases = githubReleases({ octokit, repo });
  const witness = githubWitness({ octokit, repo });
  const models = registry({
    refs,
    releases,
    witness,
    isRunOver: witness.isRunOver,
    now: () => new Date(),
    key: randomUUID,
    scratch,
  });
  return { refs, releases, models };
}
