import { z } from "zod";
import { askAll } from "./ask.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { told } from "./told.ts";

const pull = z.object({
  id: z.int(),
  number: z.int(),
  head: z.object({ sha: z.string(), repo: z.object({ id: z.int() }).nullable() }),
});

/**
 * The open pull requests that propose this very commit of this very repository. GitHub does not list a fork's pull requests with its commits or
 * its runs, so they are found by owner and branch, which are names, and held against what is none.
 * @throws UserError `github-refused` (the token needs `pull-requests: read`), `github-unreachable`
 */
export async function proposalsOf(
  { octokit, repo }: { octokit: Client; repo: Repository },
  head: { sha: string; branch: string; repository: { id: number; owner: string } },
): Promise<number[]> {
  const { sha, branch, repository } = head;
  const asked = { ...repo, state: "open", head: `${repository.owner}:${branch}` };
  const all = await told("list the pull requests of a branch", () =>
    askAll(octokit, pull, "GET /repos/{owner}/{repo}/pulls", asked),
  );
  return all
    .filter((one) => one.head.sha === sha && one.head.repo?.id === repository.id)
    .map(({ number }) => number);
}
