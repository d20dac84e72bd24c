import type { People } from "@mlops-actions/core";
import { z } from "zod";
import { ask, askLinked } from "./ask.ts";
import type { Client } from "./octokit.ts";
import { type Account, account, type Pull, pullHistory } from "./pull-history.ts";
import type { Repository } from "./repository.ts";
import { orMissing } from "./told.ts";

const commit = z.object({
  sha: z.string(),
  commit: z.object({
    committer: z.object({ date: z.string() }).nullable(),
    verification: z.object({ verified: z.boolean() }).optional(),
  }),
  author: account,
  committer: account,
  parents: z.array(z.object({ sha: z.string() })),
});
type Commit = z.infer<typeof commit>;
const comparison = z.object({ total_commits: z.int(), commits: z.array(commit) });

/** Of so many commits authors are read, of a change as of one pull request: of the latter GitHub lists no more. */
const MOST_COMMITS = 250;
/** Whose own commits are asked for one by one: those that were squashed or rebased. */
const MOST_SQUASHED = 100;

// GitHub itself writes merges that people ask for.
const GITHUB = "web-flow";

const STEPS = "deploy a version in between, so that fewer come at once";

/**
 * Everybody who has written something of a change: authors and committers of its commits, also of those that were squashed, and whoever
 * proposed them.
 * @param since where the change begins; `null`: it is the one commit, and the pull request that brought it
 */
export async function authorsOf(
  { octokit, repo }: { octokit: Client; repo: Repository },
  { commit: head, since }: { commit: string; since: string | null },
): Promise<People> {
  const own = await ask(octokit, commit, "GET /repos/{owner}/{repo}/commits/{ref}", { ...repo, ref: head });
  const more = since === null ? [] : await between(since);
  if ("unknown" in more) return more;
  const commits = new Map([own, ...more].map((one) => [one.sha, one]));
  const pulls = await pullHistory({ octokit, repo })(
    [...commits.values()].map((one) => ({ sha: one.sha, date: one.commit.committer?.date })),
  );
  // What was merged as it is, is among the commits.
  const squashed = pulls.filter((one) => !commits.has(one.head.sha));
  if (squashed.length > MOST_SQUASHED)
    return {
      unknown: `${squashed.length} pull requests were squashed into the change, of at most ${MOST_SQUASHED} the commits are read`,
      remedy: STEPS,
    };
  const brought: Commit[] = [];
  for (const { number } of squashed) {
    const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits";
    const found = await askLinked(octokit, commit, route, { ...repo, pull_number: number });
    if (found.length >= MOST_COMMITS)
      return { unknown: `GitHub lists no more than ${MOST_COMMITS} commits of #${number}`, remedy: null };
    brought.push(...found);
  }
  return known([
    ...[...commits.values(), ...brought].flatMap((one) => wroteOf(one, pulls)),
    ...pulls.map(({ number, user }) => ({ what: `#${number}`, who: user })),
  ]);

  async function between(since: string): Promise<Commit[] | Extract<People, { unknown: string }>> {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const found: Commit[] = [];
    for (let page = 1; ; page++) {
      const asked = { ...repo, basehead: `${since}...${head}`, per_page: 100, page };
      const answer = await orMissing(ask(octokit, comparison, route, asked));
      if (answer === undefined)
        return { unknown: `the commit ${short(since)} is gone, as after a force push`, remedy: null };
      if (answer.total_commits > MOST_COMMITS)
        return {
          unknown: `${answer.total_commits} commits came since ${short(since)}, at most ${MOST_COMMITS} are read`,
          remedy: STEPS,
        };
      found.push(...answer.commits);
      if (found.length >= answer.total_commits || answer.commits.length === 0) return found;
    }
  }
}

interface Part {
  /** Of what this is the author. */
  what: string;
  who: Account;
}

function wroteOf(one: Commit, pulls: readonly Pull[]): Part[] {
  const what = short(one.sha);
  const both = [one.author, one.committer].map((who) => ({ what, who }));
  return isButton(one, pulls) ? both.slice(1) : both;
}

/** A merge that GitHub has made of a pull request: whoever pressed the button is called its author, and has written nothing. */
function isButton({ sha, commit, committer, parents }: Commit, pulls: readonly Pull[]): boolean {
  const isGitHubs = committer?.login === GITHUB && commit.verification?.verified === true;
  // A merge of conflicts that somebody has resolved in the browser is GitHub's too; it is a pull request's head, not its merge.
  const isMerge = pulls.some(
    ({ merge_commit_sha, head }) => merge_commit_sha === sha && parents[1]?.sha === head.sha,
  );
  return isGitHubs && isMerge && parents.length === 2;
}

/** The people among them: who they are, or of what nobody knows it. */
function known(parts: readonly Part[]): People {
  const found = new Set<string>();
  for (const { what, who } of parts) {
    if (who?.login === undefined)
      return {
        unknown: `${what} has an author whom GitHub does not know`,
        remedy: "let whoever it is add the mail address of that commit to their account on GitHub",
      };
    if (who.login !== GITHUB) found.add(who.login);
  }
  return [...found];
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
