import { z } from "zod";
import { ask } from "./ask.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";

/** Who did something, as far as GitHub knows. */
export const account = z.object({ login: z.string().optional() }).nullable();

const pull = z.object({
  number: z.int(),
  updated_at: z.string(),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  head: z.object({ sha: z.string() }),
  user: account,
});
export type Pull = z.infer<typeof pull>;

/** Pages of a hundred pull requests, the last touched first. */
const MOST_PAGES = 10;

/**
 * The pull requests that these commits are the merges of, into whatever branch. Such a one was last touched when it was merged, or later, so that the list
 * is read back to the oldest commit. Where that is too far, as for one old commit that was merged today, the commits are asked for one by one.
 */
export function pullHistory(
  { octokit, repo }: { octokit: Client; repo: Repository },
  mostPages = MOST_PAGES,
): (commits: readonly { sha: string; date: string | undefined }[]) => Promise<Pull[]> {
  const seen: Pull[] = [];
  let pages = 0;
  /** Everything that was touched since is among the seen. */
  let reached = Number.POSITIVE_INFINITY;
  const asked = { ...repo, state: "closed", sort: "updated", direction: "desc", per_page: 100 };
  return async (commits) => {
    const oldest = Math.min(...commits.map(({ date }) => (date === undefined ? 0 : Date.parse(date))));
    for (; reached >= oldest && pages < mostPages; pages++) {
      const touched = await ask(octokit, z.array(pull), "GET /repos/{owner}/{repo}/pulls", {
        ...asked,
        page: pages + 1,
      });
      seen.push(...touched);
      const last = touched.length < 100 ? undefined : touched.at(-1);
      reached = last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last.updated_at);
    }
    if (reached >= oldest)
      for (const { sha } of commits) {
        if (seen.some((one) => one.merge_commit_sha === sha)) continue;
        const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
        seen.push(...(await ask(octokit, z.array(pull), route, { ...repo, commit_sha: sha, per_page: 100 })));
      }
    const ids = new Set(commits.map(({ sha }) => sha));
    const found = seen.filter((one) => one.merged_at !== null && ids.has(one.merge_commit_sha ?? ""));
    return [...new Map(found.map((one) => [one.number, one])).values()];
  };
}
