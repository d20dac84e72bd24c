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
/** Commits that are asked for one by one. */
const MOST_ASKED = 250;

/**
 * The pull requests that these commits are the merges of, into whatever branch. Such a one was last touched when it was merged, or later, so that the list
 * is read back to the oldest commit. Commits for which that is too far, as an old one that was merged today, are asked for one by one.
 * @returns `undefined` where these are too many
 */
export function pullHistory(
  { octokit, repo }: { octokit: Client; repo: Repository },
  most = { pages: MOST_PAGES, asked: MOST_ASKED },
): (commits: readonly { sha: string; date: string | undefined }[]) => Promise<Pull[] | undefined> {
  const seen: Pull[] = [];
  let pages = 0;
  let asked = 0;
  /** Everything that was touched after this is among the seen. */
  let reached = Number.POSITIVE_INFINITY;
  const list = z.array(pull);
  return async (commits) => {
    const isBefore = ({ date }: { date: string | undefined }) =>
      date === undefined || Date.parse(date) <= reached;
    for (; commits.some(isBefore) && reached > Number.NEGATIVE_INFINITY && pages < most.pages; pages++) {
      const touched = await ask(octokit, list, "GET /repos/{owner}/{repo}/pulls", {
        ...repo,
        ...{ state: "closed", sort: "updated", direction: "desc", per_page: 100, page: pages + 1 },
      });
      seen.push(...touched);
      const last = touched.length < 100 ? undefined : touched.at(-1);
      reached = last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last.updated_at);
    }
    if (reached > Number.NEGATIVE_INFINITY)
      for (const { sha } of commits.filter(isBefore)) {
        if (seen.some((one) => one.merge_commit_sha === sha)) continue;
        if (++asked > most.asked) return undefined;
        const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
        seen.push(...(await ask(octokit, list, route, { ...repo, commit_sha: sha, per_page: 100 })));
      }
    const ids = new Set(commits.map(({ sha }) => sha));
    const found = seen.filter((one) => one.merged_at !== null && ids.has(one.merge_commit_sha ?? ""));
    return [...new Map(found.map((one) => [one.number, one])).values()];
  };
}
