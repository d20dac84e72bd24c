import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, evidenceOf } from "@mlops-actions/core";
import { type Details, details } from "@mlops-actions/evaluation";
import {
  checkoutMerge,
  type GitHubBox,
  type GitRepository,
  openPullRequest,
  type Permissions,
  type PullRequest,
  personToken,
  runAction,
  startGitHub,
  workflowToken,
} from "@mlops-actions/testkit";
import type { Change } from "./change.ts";

export interface Comment {
  author: string;
  body: string;
  url: string;
}

export interface Check {
  name: string;
  conclusion: string;
  title: string;
  url: string;
}

export interface ChangedFile {
  path: string;
  additions: number;
  deletions: number;
  /** Hunks of a unified diff; absent where GitHub shows none. */
  patch?: string | undefined;
}

/** What a reviewer finds on a pull request after the action has run. */
export interface Review {
  number: number;
  url: string;
  commits: number;
  files: ChangedFile[];
  evidence: Evidence<Details>;
  exitCode: number | null;
  comments: Comment[];
  checks: Check[];
  /** What the action wrote to its log. */
  log: string;
}

export interface Reviewed {
  change: Change;
  review: Review;
}

// What the workflow of the example asks for, by GitHub's names.
const PERMISSIONS: Permissions = { contents: "read", pull_requests: "write", checks: "write" };
const JOB = "token-of-the-job";

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

/** Runs the built action on the merge of a pull request, as GitHub would, and reads what has arrived. */
export async function review(
  box: GitHubBox,
  pull: PullRequest,
  options: { root: string; runId: number; onOutput?: (text: string) => void },
): Promise<Review> {
  const { root, runId, onOutput } = options;
  await using workspace = await checkoutMerge(box, pull, { token: JOB });
  await using result = await runAction({
    action: join(root, "actions/evaluate-gate"),
    workspace: workspace.path,
    event: { name: "pull_request", payload: pull.event },
    box,
    token: JOB,
    runId,
    job: "evaluate",
    // The DuckDB that `npm ci` has brought, so that nothing is downloaded.
    env: { MLOPS_NATIVES: root },
    ...(onOutput && { onOutput }),
  });
  const log = result.stdout + result.stderr;
  if (result.outputs.evidence === undefined) throw new Error(`the action left no evidence:\n${log}`);
  const evidence = evidenceOf("evaluate", details).safeParse(
    JSON.parse(await readFile(result.outputs.evidence, "utf8")),
  );
  if (!evidence.success)
    throw new Error(`dist/ is not built from these sources: run npm run build\n${evidence.error.message}`);
  const { html_url: url, commits } = await ask<{ html_url: string; commits: number }>(
    box,
    `pulls/${pull.number}`,
  );
  return {
    number: pull.number,
    url,
    commits,
    files: await filesOf(box, pull),
    evidence: evidence.data,
    exitCode: result.exitCode,
    comments: await commentsOf(box, pull),
    checks: await checksOf(box, pull),
    log,
  };
}

async function commentsOf(box: GitHubBox, { number }: PullRequest): Promise<Comment[]> {
  const found = await ask<{ body: string; html_url: string; user: { login: string } }[]>(
    box,
    `issues/${number}/comments`,
  );
  return found.map(({ body, html_url, user }) => ({ body, url: html_url, author: user.login }));
}

async function filesOf(box: GitHubBox, { number }: PullRequest): Promise<ChangedFile[]> {
  const found = await ask<{ filename: string; additions: number; deletions: number; patch?: string }[]>(
    box,
    `pulls/${number}/files`,
  );
  return found.map(({ filename, ...rest }) => ({ path: filename, ...rest }));
}

async function checksOf(box: GitHubBox, { head }: PullRequest): Promise<Check[]> {
  const { check_runs } = await ask<{
    check_runs: { name: string; conclusion: string; html_url: string; output: { title: string } }[];
  }>(box, `commits/${head.sha}/check-runs`);
  return check_runs.map(({ name, conclusion, html_url, output }) => ({
    name,
    conclusion,
    title: output.title,
    url: html_url,
  }));
}

async function ask<T>(box: GitHubBox, path: string): Promise<T> {
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}/${path}`, {
    headers: { authorization: `Bearer ${JOB}` },
  });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
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
