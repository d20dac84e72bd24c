import {
  type GitHubBox,
  type GitRepository,
  openPullRequest,
  type PullRequest,
  personToken,
  startGitHub,
  type Token,
} from "@mlops-actions/testkit";
import type { Change } from "./change.ts";

/** Who owns the repositories: the one who may merge. */
export const OWNER = "acme";

/** Who decides what goes live. */
export const RELEASES = "ines-moreau";

/** A GitHub in which the owner and the authors may push, and jobs have tokens of their own. */
export function startHosting(of: {
  repo: string;
  changes: readonly Change[];
  tokens: Readonly<Record<string, Token>>;
  /** Whether reading needs a permission, too. */
  private: boolean;
}): Promise<GitHubBox> {
  const { repo, changes, tokens } = of;
  const people = [OWNER, RELEASES, ...changes.map(({ author }) => author.login)];
  const ofPeople = Object.fromEntries(people.map((login) => [login, personToken(login)]));
  return startGitHub({ owner: OWNER, repo, private: of.private, tokens: { ...ofPeople, ...tokens } });
}

/** Fetches what has been merged. @returns the commit on main */
export async function pullMain(box: GitHubBox, { git }: GitRepository): Promise<string> {
  await git.bytes(["checkout", "--quiet", "main"]);
  await git.bytes(["pull", "--quiet", "--ff-only", box.gitDir, "main"]);
  return git.text(["rev-parse", "HEAD"]);
}

/** Takes away the change that was merged last, as its author; not pushed yet. */
export async function revert({ git }: GitRepository, change: Change): Promise<void> {
  const env = authored(change);
  await git.bytes(["revert", "--no-commit", "--mainline", "1", "HEAD"], { env });
  await git.bytes(["commit", "--quiet", "-m", `Revert "${change.title}" [skip ci]`], { env });
}

/** Makes the branch of a change and applies it, as its author. */
export async function applyChange({ git }: GitRepository, change: Change): Promise<void> {
  await git.bytes(["checkout", "--quiet", "-b", change.branch, "main"]);
  await git.bytes(["am", "--quiet"], { input: change.mail, env: authored(change) });
}

/** Commits what the changed model answers. */
export async function commitPredictions(
  { write, git }: GitRepository,
  change: Change,
  predictions: Uint8Array,
): Promise<void> {
  await write({ "predictions/candidate.csv": predictions });
  const commit = ["commit", "--quiet", "--all", "-m", "Predict the test rows again"];
  await git.bytes(commit, { env: authored(change) });
}

/** Opens the pull request of a change, as its author. */
export function propose(box: GitHubBox, repository: GitRepository, change: Change): Promise<PullRequest> {
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
