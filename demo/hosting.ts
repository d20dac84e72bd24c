import {
  type GitHubBox,
  type GitRepository,
  openPullRequest,
  type Permissions,
  type PullRequest,
  personToken,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import type { Change } from "./change.ts";

// What the workflow of the example asks for, by GitHub's names.
const PERMISSIONS: Permissions = { contents: "read", pull_requests: "write", checks: "write" };
/** What `github.token` stands for in the workflow. */
export const JOB = "token-of-the-job";

/** A GitHub in which the authors may push and the workflow may read, comment and set a check. */
export function startHosting(changes: readonly Change[]): Promise<GitHubBox> {
  const people = ["acme", ...changes.map(({ author }) => author.login)];
  const tokens = Object.fromEntries(people.map((login) => [login, personToken(login)]));
  return startGitHub({ repo: "census-income", tokens: { ...tokens, [JOB]: workflowToken(PERMISSIONS) } });
}

/** Makes the branch of a change and applies it, as its author. */
export async function applyChange({ git }: GitRepository, change: Change): Promise<void> {
  await git.bytes(["checkout", "--quiet", "-b", change.branch, "main"]);
  await git.bytes(["am", "--quiet"], { input: change.mail, env: authored(change) });
}

/** Commits what the changed model answers, and proposes all of it. */
export async function propose(
  box: GitHubBox,
  repository: GitRepository,
  change: Change,
  predictions: Uint8Array,
): Promise<PullRequest> {
  await repository.write({ "predictions/candidate.csv": predictions });
  const commit = ["commit", "--quiet", "--all", "-m", "Predict the test rows again"];
  await repository.git.bytes(commit, { env: authored(change) });
  const { branch, title, description, author } = change;
  return openPullRequest(box, repository, { token: author.login, branch, title, body: description });
}

// The same commits on every machine and every day.
function authored({ author, date }: Change): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
}
