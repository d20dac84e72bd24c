import type { People } from "@mlops-actions/core";
import { z } from "zod";
import { ask, askLinked } from "./ask.ts";
import { coAuthors, loginIn } from "./co-authors.ts";
import type { Client } from "./octokit.ts";
import { account, type Pull, pullHistory } from "./pull-history.ts";
import type { Repository } from "./repository.ts";
import { orMissing } from "./told.ts";

const commit = z.object({
  sha: z.string(),
  commit: z.object({
    message: z.string(),
    author: z.object({ email: z.string().optional() }).nullable(),
    committer: z.object({ email: z.string().optional(), date: z.string() }).nullable(),
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
 * Everybody who has written something of a change: authors, co-authors and committers of its commits, also of those that were squashed, once or
 * several times, and whoever proposed them.
 * @param since where the change begins; `null`: it is the one commit, and the pull request that brought it
 */
export async function authorsOf(
  { octokit, repo }: { octokit: Client; repo: Repository },
  { commit: head, since }: { commit: string; since: string | null },
): Promise<People> {
  const own = await ask(octokit, commit, "GET /repos/{owner}/{repo}/commits/{ref}", { ...repo, ref: head });
  const more = since === null ? [] : await between(since);
  if ("unknown" in more) return more;
  const mergedAs = pullHistory({ octokit, repo });
  const commits = new Map<string, Commit>();
  const pulls = new Map<number, Pull>();
  let squashed = 0;
  for (let next = [own, ...more]; next.length > 0; ) {
    const fresh = [...new Map(next.map((one) => [one.sha, one])).values()].filter(
      ({ sha }) => !commits.has(sha),
    );
    for (const one of fresh) commits.set(one.sha, one);
    const found = await mergedAs(fresh.map(({ sha, commit }) => ({ sha, date: commit.committer?.date })));
    if (found === undefined)
      return {
        unknown: "too many of its commits are older than the last 1,000 pull requests",
        remedy: STEPS,
      };
    next = [];
    for (const one of found) {
      if (pulls.has(one.number)) continue;
      pulls.set(one.number, one);
      // What was merged as it is, is among the commits; all of it, where these are all since another.
      if (since !== null && commits.has(one.head.sha)) continue;
      if (++squashed > MOST_SQUASHED)
        return {
          unknown: `more than ${MOST_SQUASHED} pull requests were squashed into the change, of so many the commits are read`,
          remedy: STEPS,
        };
      const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits";
      const brought = await askLinked(octokit, commit, route, { ...repo, pull_number: one.number });
      if (brought.length >= MOST_COMMITS)
        return {
          unknown: `GitHub lists no more than ${MOST_COMMITS} commits of #${one.number}`,
          remedy: null,
        };
      next.push(...brought);
    }
  }
  return known([...commits.values()], [...pulls.values()]);

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

/** A merge that GitHub has made of a pull request: whoever pressed the button is called its author, and has written nothing. */
function isButton({ sha, commit, committer, parents }: Commit, pulls: readonly Pull[]): boolean {
  const isGitHubs = committer?.login === GITHUB && commit.verification?.verified === true;
  // A merge of conflicts that somebody has resolved in the browser is GitHub's too; it is a pull request's head, not its merge.
  const isMerge = pulls.some(
    ({ merge_commit_sha, head }) => merge_commit_sha === sha && parents[1]?.sha === head.sha,
  );
  return isGitHubs && isMerge && parents.length === 2;
}

/** The people behind these: who they are, or of what nobody knows it. */
function known(commits: readonly Commit[], pulls: readonly Pull[]): People {
  const found = new Set<string>();
  const byMail = new Map<string, string>();
  for (const one of commits) {
    for (const role of ["author", "committer"] as const) {
      const login = one[role]?.login;
      const mail = one.commit[role]?.email?.toLowerCase();
      if (login !== undefined && mail !== undefined) byMail.set(mail, login);
      if (role === "author" && isButton(one, pulls)) continue;
      if (login === undefined)
        return {
          unknown: `${short(one.sha)} has an author whom GitHub does not know`,
          remedy: "let whoever it is add the mail address of that commit to their account on GitHub",
        };
      found.add(login);
    }
  }
  for (const { sha, commit } of commits)
    for (const mail of coAuthors(commit.message)) {
      const login = byMail.get(mail.toLowerCase()) ?? loginIn(mail);
      if (login === undefined)
        return {
          unknown: `${short(sha)} names a co-author by an address that is nobody's here`,
          remedy: "from now on name co-authors by their `ID+LOGIN@users.noreply.github.com`",
        };
      found.add(login);
    }
  for (const { number, user } of pulls) {
    if (user?.login === undefined)
      return { unknown: `#${number} was proposed by an account that is gone`, remedy: null };
    found.add(user.login);
  }
  found.delete(GITHUB);
  return [...found];
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
