import { z } from "zod";
import { ask, askLinked } from "./ask.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { orMissing } from "./told.ts";

export const account = z.object({ login: z.string().optional() }).nullable();
type Account = z.infer<typeof account>;
const commit = z.object({
  sha: z.string(),
  commit: z.object({ committer: z.object({ date: z.string() }).nullable() }),
  author: account,
  committer: account,
});
type Commit = z.infer<typeof commit>;
const comparison = z.object({ total_commits: z.int(), commits: z.array(commit) });
const pull = z.object({
  number: z.int(),
  updated_at: z.string(),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  head: z.object({ sha: z.string() }),
  user: account,
});
type Pull = z.infer<typeof pull>;

/** Of so many commits authors are read, of a change as of one pull request: of the latter GitHub lists no more. */
const MOST_COMMITS = 250;
/** Pages of a hundred pull requests that were touched since. */
const MOST_PAGES = 10;
/** Whose own commits are asked for one by one: those that were squashed or rebased. */
const MOST_SQUASHED = 100;

const FIRST = "1970-01-01T00:00:00Z";

// GitHub itself writes merges that people ask for.
const MACHINES = ["web-flow"];

/**
 * Everybody who has written something of a change: authors and committers of its commits, also of those that were squashed, and whoever
 * proposed them.
 * @param since where the change begins; `null`: it is the one commit, and the pull request that brought it
 * @returns `undefined` where one of them is unknown, or the change too long to ask about
 */
export async function authorsOf(
  { octokit, repo }: { octokit: Client; repo: Repository },
  { commit: head, since }: { commit: string; since: string | null },
): Promise<string[] | undefined> {
  const own = await ask(octokit, commit, "GET /repos/{owner}/{repo}/commits/{ref}", { ...repo, ref: head });
  const more = since === null ? [] : await between(since);
  if (more === undefined) return undefined;
  const commits = new Map([own, ...more].map((one) => [one.sha, one]));
  const pulls = await merged(commits);
  // What was merged as it is, is among the commits.
  const squashed = pulls?.filter((one) => !commits.has(one.head.sha));
  if (pulls === undefined || squashed === undefined || squashed.length > MOST_SQUASHED) return undefined;
  const brought: Commit[] = [];
  for (const { number } of squashed) {
    const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits";
    const found = await askLinked(octokit, commit, route, { ...repo, pull_number: number });
    if (found.length >= MOST_COMMITS) return undefined;
    brought.push(...found);
  }
  return known([
    ...[...commits.values(), ...brought].flatMap(({ author, committer }) => [author, committer]),
    ...pulls.map(({ user }) => user),
  ]);

  async function between(since: string): Promise<Commit[] | undefined> {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const found: Commit[] = [];
    for (let page = 1; ; page++) {
      const asked = { ...repo, basehead: `${since}...${head}`, per_page: 100, page };
      const answer = await orMissing(ask(octokit, comparison, route, asked));
      if (answer === undefined || answer.total_commits > MOST_COMMITS) return undefined;
      found.push(...answer.commits);
      if (found.length >= answer.total_commits || answer.commits.length === 0) return found;
    }
  }

  /** The pull requests that these commits are the merges of: such a one was last touched when it was merged, or later. */
  async function merged(commits: ReadonlyMap<string, Commit>): Promise<Pull[] | undefined> {
    const times = [...commits.values()].map(({ commit: { committer } }) => committer?.date ?? FIRST);
    const oldest = Math.min(...times.map((time) => Date.parse(time)));
    const found = new Map<number, Pull>();
    for (let page = 1; page <= MOST_PAGES; page++) {
      const asked = { ...repo, state: "closed", sort: "updated", direction: "desc", per_page: 100, page };
      const touched = await ask(octokit, z.array(pull), "GET /repos/{owner}/{repo}/pulls", asked);
      for (const one of touched)
        if (one.merged_at !== null && commits.has(one.merge_commit_sha ?? "")) found.set(one.number, one);
      const last = touched.at(-1);
      if (last === undefined || touched.length < 100 || Date.parse(last.updated_at) < oldest)
        return [...found.values()];
    }
    return undefined;
  }
}

/** The people among them; `undefined` where somebody is not known, or nobody is left. */
export function known(people: readonly Account[]): string[] | undefined {
  const logins = people.flatMap((one) => one?.login ?? []);
  if (logins.length < people.length) return undefined;
  const found = [...new Set(logins)].filter((login) => !MACHINES.includes(login));
  return found.length === 0 ? undefined : found;
}
