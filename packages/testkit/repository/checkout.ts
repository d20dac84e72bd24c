import { gitIn } from "../github/git.ts";
import type { GitHubBox } from "../github/start.ts";
import { type Folder, temporaryFolder } from "./folder.ts";
import { initialise } from "./git-repository.ts";
import { credentials, gitUrl } from "./pull-request.ts";

/** A workspace as `actions/checkout` leaves it with `persist-credentials: false`. */
export interface Checkout extends Folder {
  sha: string;
}

/**
 * Fetches one reference and stands on it, detached.
 * @param options.depth how many commits; 0 takes the history of all branches and tags. Default 1, as the action's.
 */
export async function checkout(
  box: GitHubBox,
  options: { ref: string; token?: string | undefined; depth?: number | undefined },
): Promise<Checkout> {
  const { ref, token, depth = 1 } = options;
  const folder = await temporaryFolder("workspace");
  const git = gitIn(folder.path, process.env);
  await initialise(git);
  await git.bytes(["remote", "add", "origin", gitUrl(box)]);
  const local = ref.replace(
    /^refs\/(heads|pull)\//,
    (_, kind) => `refs/remotes/${kind === "pull" ? "pull" : "origin"}/`,
  );
  const refspecs =
    depth === 0
      ? ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*", `+${ref}:${local}`]
      : [`+${ref}:${local}`];
  await git.bytes([
    ...(token === undefined ? [] : credentials(token)),
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-recurse-submodules",
    ...(depth === 0 ? [] : [`--depth=${depth}`]),
    "origin",
    ...refspecs,
  ]);
  await git.bytes(["checkout", "--quiet", "--force", "--detach", local]);
  return { ...folder, sha: await git.text(["rev-parse", "HEAD"]) };
}

/** What a `pull_request` job stands on: the merge of the pull request. */
export function checkoutMerge(
  box: GitHubBox,
  pull: { number: number },
  options: { token?: string; depth?: number } = {},
): Promise<Checkout> {
  return checkout(box, { ref: `refs/pull/${pull.number}/merge`, ...options });
}
