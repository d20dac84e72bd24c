import type { RunEvent, RunOf } from "./environment.ts";

interface RunOptions {
  event: RunEvent;
  owner: string;
  sha?: string;
  ref?: string;
  runId?: number;
  attempt?: number;
  workflow?: string;
  job?: string;
  actor?: string;
}

interface PullPayload {
  number: number;
  base: { sha: string };
  head: { ref: string; sha: string; repo: { owner: { login: string } } };
  merge_commit_sha: string | null;
  user: { login: string };
}

/** The run that an event starts: which commit and reference it is about. */
export function runOf(options: RunOptions): RunOf {
  const { event } = options;
  const pull = event.payload.pull_request as PullPayload | undefined;
  const isMerge = event.name === "pull_request" && pull !== undefined;
  const sha = isMerge ? pull.merge_commit_sha : (pull?.base.sha ?? event.payload.after);
  const ref = isMerge ? `refs/pull/${pull.number}/merge` : (event.payload.ref ?? "refs/heads/main");
  return {
    id: options.runId ?? 4242,
    attempt: options.attempt ?? 1,
    number: 1,
    event,
    sha: options.sha ?? String(sha ?? ""),
    ref: options.ref ?? String(ref),
    workflow: options.workflow ?? "mlops",
    job: options.job ?? "job1",
    actor: options.actor ?? pull?.user.login ?? options.owner,
  };
}

/** What GitHub knows of it, by the names of its API. */
export function registered(run: RunOf, event: RunEvent) {
  const pull = event.payload.pull_request as PullPayload | undefined;
  return {
    path: `.github/workflows/${run.workflow}.yml`,
    name: run.workflow,
    event: event.name,
    headSha: pull?.head.sha ?? run.sha,
    headBranch: pull?.head.ref ?? run.ref.replace("refs/heads/", ""),
    ...(pull && { headOwner: pull.head.repo.owner.login }),
    attempt: run.attempt,
    actor: run.actor,
  };
}
