import type { ClaimedRun, Witness } from "@mlops-actions/registry";
import { z } from "zod";
import { ask } from "./ask.ts";
import { BRANCH_EVENTS } from "./event.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { orMissing, told } from "./told.ts";

const workflowRun = z.object({
  id: z.int(),
  run_attempt: z.int().optional(),
  event: z.string(),
  status: z.string().nullable(),
  // With `@` and the branch behind it where GitHub says which.
  path: z.string(),
  head_branch: z.string().nullable(),
  head_sha: z.string(),
  repository: z.object({ id: z.int() }),
  // A fork that was deleted is `null`.
  head_repository: z.object({ id: z.int() }).nullish(),
});
type WorkflowRun = z.infer<typeof workflowRun>;
const repository = z.object({ id: z.int(), default_branch: z.string() });
const branch = z.object({ object: z.object({ sha: z.string() }) });

/** GitHub's record of runs as a witness, and whether a run has ended. */
export interface GithubWitness extends Witness {
  /**
   * Whether this attempt of a run can write no more. One that GitHub does not have (any more) is over; of another repository's nobody
   * can tell here, so that it is not.
   */
  isRunOver(run: ClaimedRun): Promise<boolean>;
}

/**
 * Vouches for tags that a run of a workflow on the default branch says it has written. That the run wrote this very tag is not on GitHub's
 * record: who follows a tag also asks for something that only the run could write.
 * @param options.workflows the files that count, such as `.github/workflows/release.yml`; default: any
 * @throws UserError `github-refused` (the token needs `actions: read`), `github-unreachable`
 */
export function githubWitness(options: {
  octokit: Client;
  repo: Repository;
  workflows?: readonly string[] | undefined;
}): GithubWitness {
  const { octokit, repo, workflows } = options;
  const get = (runId: number) =>
    told(`read run ${runId}`, () =>
      orMissing(
        ask(octokit, workflowRun, "GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
          ...repo,
          run_id: runId,
        }),
      ),
    );
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };
  const home = once(() =>
    told("read the repository", () => ask(octokit, repository, "GET /repos/{owner}/{repo}", { ...repo })),
  );
  const tip = once(async () => {
    const ref = { ...repo, ref: `heads/${(await home()).default_branch}` };
    const route = "GET /repos/{owner}/{repo}/git/ref/{ref}";
    return (await told("read the default branch", () => ask(octokit, branch, route, ref))).object.sha;
  });
  // A tag may have the name of the branch: only the commit itself shows that a run was the branch's.
  const isOnDefaultBranch = async (commit: string) => {
    const sha = await tip();
    if (commit === sha) return true;
    const schema = z.object({ status: z.string() });
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const asked = { ...repo, basehead: `${commit}...${sha}`, per_page: 1 };
    const compared = await told("compare two commits", () => orMissing(ask(octokit, schema, route, asked)));
    return compared?.status === "ahead" || compared?.status === "identical";
  };

  const runOf = remembered(({ runId }) => get(runId));
  const doubt = async (claimed: ClaimedRun): Promise<string | undefined> => {
    const { id, default_branch: name } = await home();
    if (claimed.repositoryId !== id)
      return `it names a run of repository ${claimed.repositoryId}, this is ${id}`;
    const run = await runOf(claimed);
    if (run === undefined) return `GitHub has no run ${claimed.runId}`;
    return (
      doubtOf(run, claimed, name, workflows) ??
      ((await isOnDefaultBranch(run.head_sha))
        ? undefined
        : `run ${run.id} was of commit ${run.head_sha.slice(0, 7)}, which is not on \`${name}\``)
    );
  };
  const doubtOnce = remembered(doubt);
  return {
    async examine(_tag, claimed) {
      if (claimed === undefined) return { kind: "doubted", why: "it names no workflow run" };
      const why = await doubtOnce(claimed);
      return why === undefined ? { kind: "vouched" } : { kind: "doubted", why };
    },
    async isRunOver({ repositoryId, runId, attempt }) {
      if (repositoryId !== (await home()).id) return false;
      const run = await get(runId);
      return run === undefined || run.status === "completed" || (run.run_attempt ?? 1) > attempt;
    },
  };
}

/** Asks once of each attempt: one release run may have written many tags. */
function remembered<T>(make: (run: ClaimedRun) => Promise<T>): (run: ClaimedRun) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (run) => {
    const key = `${run.repositoryId} ${run.runId} ${run.attempt}`;
    const asked = made.get(key) ?? make(run);
    made.set(key, asked);
    return asked;
  };
}

function doubtOf(
  run: WorkflowRun,
  claimed: ClaimedRun,
  branch: string,
  workflows: readonly string[] | undefined,
): string | undefined {
  const path = run.path.replace(/@.*$/, "");
  if (run.repository.id !== claimed.repositoryId || run.head_repository?.id !== claimed.repositoryId)
    return `run ${run.id} was of another repository's code`;
  if (claimed.attempt < 1 || claimed.attempt > (run.run_attempt ?? 1))
    return `run ${run.id} has had no attempt ${claimed.attempt}`;
  if (!BRANCH_EVENTS.includes(run.event)) return `run ${run.id} was started by \`${run.event}\``;
  if (run.head_branch !== branch) return `run ${run.id} was on \`${run.head_branch}\`, not on \`${branch}\``;
  if (workflows !== undefined && !workflows.includes(path))
    return `run ${run.id} was of ${path}, not of ${workflows.join(" or ")}`;
  return undefined;
}
