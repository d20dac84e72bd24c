import type { GitHubBox, PullRequest } from "@mlops-actions/testkit";
import { OWNER } from "./hosting.ts";

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

/** What stands on a pull request for everybody to read. */
export interface Conversation {
  number: number;
  url: string;
  commits: number;
  files: ChangedFile[];
  comments: Comment[];
  checks: Check[];
}

export async function readConversation(box: GitHubBox, pull: PullRequest): Promise<Conversation> {
  const { number } = pull;
  const { html_url: url, commits } = await ask<{ html_url: string; commits: number }>(box, `pulls/${number}`);
  const [files, comments, checks] = await Promise.all([
    filesOf(box, pull),
    commentsOf(box, pull),
    checksOf(box, pull),
  ]);
  return { number, url, commits, files, comments, checks };
}

/** Of an issue or a pull request. */
export async function commentsOf(box: GitHubBox, { number }: { number: number }): Promise<Comment[]> {
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

/** What the owner of the repository reads there. */
export async function ask<T>(box: GitHubBox, path: string): Promise<T> {
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}/${path}`, {
    headers: { authorization: `Bearer ${OWNER}` },
  });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
