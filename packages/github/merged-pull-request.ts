import { z } from "zod";
import { ask, askAll } from "./ask.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { told } from "./told.ts";

const pull = z.object({
  id: z.int(),
  number: z.int(),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  head: z.object({ sha: z.string(), repo: z.object({ id: z.int() }).nullable() }),
  base: z.object({ repo: z.object({ id: z.int() }) }),
});

/** A pull request that was merged, by the commit that came of it. */
export interface MergedPullRequest {
  number: number;
  headSha: string;
  repositoryId: number;
  fork: boolean;
}

/**
 * The pull request that a commit of the default branch is the merge of: by merge commit, squash or rebase, as GitHub remembers it.
 * @returns `undefined` for a commit that was pushed
 * @throws UserError `github-refused` (the token needs `pull-requests: read`), `github-unreachable`
 */
export async function mergedPullRequest(
  { octokit, repo }: { octokit: Client; repo: Repository },
  commit: string,
): Promise<MergedPullRequest | undefined> {
  const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
  const all = await told("read where a commit comes from", () =>
    askAll(octokit, pull, route, { ...repo, commit_sha: commit }),
  );
  const found = all.find((one) => one.merged_at !== null && one.merge_commit_sha === commit);
  if (found === undefined) return undefined;
  const { number, head, base } = found;
  return { number, headSha: head.sha, repositoryId: base.repo.id, fork: head.repo?.id !== base.repo.id };
}

const run = z.object({
  event: z.string(),
  head_sha: z.string(),
  repository: z.object({ id: z.int() }),
  head_repository: z.object({ id: z.int() }).nullish(),
});

/** Whether a run was one of this pull request's, as far as GitHub's record says, and nobody has proposed the same head a second time. */
export async function isRunOf(
  { octokit, repo }: { octokit: Client; repo: Repository },
  runId: number,
  of: MergedPullRequest,
): Promise<boolean> {
  const found = await told(`read run ${runId}`, () =>
    ask(octokit, run, "GET /repos/{owner}/{repo}/actions/runs/{run_id}", { ...repo, run_id: runId }),
  );
  const isOwn = found.repository.id === of.repositoryId && found.head_repository?.id === of.repositoryId;
  if (found.event !== "pull_request" || found.head_sha !== of.headSha || !isOwn) return false;
  const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
  const proposed = await told("read who proposes a commit", () =>
    askAll(octokit, pull, route, { ...repo, commit_sha: of.headSha }),
  );
  return proposed.filter(({ head }) => head.sha === of.headSha).every(({ number }) => number === of.number);
}
