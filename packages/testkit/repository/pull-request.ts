import type { GitHubBox } from "../github/start.ts";
import type { RunEvent } from "../runner/environment.ts";
import type { GitRepository } from "./git-repository.ts";

/** A pull request in a box, and the event that a runner gets for it. */
export interface PullRequest {
  number: number;
  base: { ref: string; sha: string };
  head: { ref: string; sha: string };
  /** The commit of `refs/pull/N/merge`: first parent base, second head. Null when the branches conflict. */
  merge: string | null;
  /** Payload of the `pull_request` event. */
  event: Readonly<Record<string, unknown>>;
}

/** Pushes a branch as somebody; into a fork when its owner is given. */
export async function push(
  box: GitHubBox,
  repository: GitRepository,
  options: { token: string; branch?: string; fork?: string; force?: boolean },
): Promise<void> {
  const branch = options.branch ?? "main";
  const target = await repository.git.attempt([
    ...credentials(options.token),
    "push",
    "--quiet",
    ...(options.force ? ["--force"] : []),
    gitUrl(box, options.fork),
    `refs/heads/${branch}:refs/heads/${branch}`,
  ]);
  if (target.status !== 0) throw new Error(`git push of ${branch}: ${target.stderr}`);
}

/** Pushes a branch and opens a pull request from it. */
export async function openPullRequest(
  box: GitHubBox,
  repository: GitRepository,
  options: {
    token: string;
    branch: string;
    base?: string;
    title?: string;
    body?: string;
    fork?: string;
    draft?: boolean;
  },
): Promise<PullRequest> {
  const { token, branch, fork } = options;
  await push(box, repository, { token, branch, ...(fork !== undefined && { fork }) });
  const made = await ask(box, token, "POST", "/pulls", {
    title: options.title ?? branch,
    body: options.body ?? "",
    head: fork === undefined ? branch : `${fork}:${branch}`,
    base: options.base ?? "main",
    draft: options.draft ?? false,
  });
  return described(box, token, made, "opened");
}

/** The pull request as it is now, after its branches have moved. */
export async function readPullRequest(
  box: GitHubBox,
  options: { token: string; number: number },
): Promise<PullRequest> {
  const { token, number } = options;
  return described(box, token, await ask(box, token, "GET", `/pulls/${number}`), "synchronize");
}

/** Merges a pull request as somebody. @returns the commit that is now the head of its base */
export async function mergePullRequest(
  box: GitHubBox,
  { token, number, method = "merge" }: { token: string; number: number; method?: "merge" | "squash" },
): Promise<string> {
  return (await ask<{ sha: string }>(box, token, "PUT", `/pulls/${number}/merge`, { merge_method: method }))
    .sha;
}

/** The event that a runner gets when a branch has moved; without `before` the branch is new. */
export async function pushEvent(
  box: GitHubBox,
  { token, sha, before, branch = "main" }: { token: string; sha: string; before?: string; branch?: string },
): Promise<RunEvent> {
  const repository = await ask<Record<string, unknown>>(box, token, "GET", "");
  return {
    name: "push",
    payload: { ref: `refs/heads/${branch}`, before: before ?? "0".repeat(40), after: sha, repository },
  };
}

interface Side {
  ref: string;
  sha: string;
  repo: { owner: { login: string } };
}
type Pull = Record<string, unknown> & {
  number: number;
  base: Side;
  head: Side;
  merge_commit_sha: string | null;
  user: unknown;
};

async function described(box: GitHubBox, token: string, pull: Pull, action: string): Promise<PullRequest> {
  const repository = await ask<Record<string, unknown>>(box, token, "GET", "");
  return {
    number: pull.number,
    base: { ref: pull.base.ref, sha: pull.base.sha },
    head: { ref: pull.head.ref, sha: pull.head.sha },
    merge: pull.merge_commit_sha,
    event: { action, number: pull.number, pull_request: pull, repository, sender: pull.user },
  };
}

async function ask<T = Pull>(
  box: GitHubBox,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await fetch(`${box.apiUrl}/repos/${box.owner}/${box.repo}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** For one command only: nothing is written into a configuration. */
export function credentials(token: string): string[] {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return ["-c", `http.extraHeader=Authorization: Basic ${basic}`, "-c", "credential.helper="];
}

export function gitUrl(box: GitHubBox, owner = box.owner): string {
  return `${box.url}/${owner}/${box.repo}.git`;
}
