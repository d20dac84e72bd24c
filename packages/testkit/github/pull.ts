import { account } from "./account.ts";
import { type Box, nodeId, pageUrl, repositoryUrl } from "./box.ts";
import { described } from "./repository.ts";
import type { Token } from "./token.ts";

/** One pull request as kept: branches by name, commits as Git last had them. */
export interface Pull {
  id: number;
  number: number;
  title: string;
  body: string | null;
  draft: boolean;
  state: "open" | "closed";
  author: Pick<Token, "login" | "type">;
  base: { ref: string; sha: string };
  head: { owner: string; ref: string; sha: string };
  /** The commit of `refs/pull/N/merge`, or null when the branches conflict. */
  merge: string | null;
  createdAt: string;
  updatedAt: string;
  /** When it was merged. */
  mergedAt: string | null;
}

/** Where a branch lies: a fork's references are kept apart under its own namespace. */
export function branchRef(box: Box, owner: string, branch: string): string {
  const ref = `refs/heads/${branch}`;
  return owner === box.settings.owner ? ref : `refs/namespaces/${owner}/${ref}`;
}

/** Follows the branches of an open pull request: `refs/pull/N/head`, and the merge of both as GitHub makes it; it is closed where its head was pushed onto its base. */
export async function follow(box: Box, pull: Pull): Promise<void> {
  if (pull.state !== "open") return;
  const { git } = box;
  const at = async (ref: string) => {
    const found = await git.attempt(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
    return found.status === 0 ? found.stdout.toString().trim() : undefined;
  };
  const base = await at(branchRef(box, box.settings.owner, pull.base.ref));
  const head = await at(branchRef(box, pull.head.owner, pull.head.ref));
  if (base === undefined || head === undefined) return;
  // Whoever pushes the head onto the base has merged it: there is no commit but the head.
  if ((await git.attempt(["merge-base", "--is-ancestor", head, base])).status === 0) {
    const now = box.now();
    Object.assign(pull, { state: "closed", updatedAt: now, mergedAt: now, merge: head });
    pull.head.sha = head;
    return;
  }
  if (pull.merge !== null && base === pull.base.sha && head === pull.head.sha) return;
  pull.base.sha = base;
  pull.head.sha = head;
  await git.bytes(["update-ref", `refs/pull/${pull.number}/head`, head]);
  pull.merge = await merged(box, base, head);
  const ref = `refs/pull/${pull.number}/merge`;
  await git.attempt(pull.merge === null ? ["update-ref", "-d", ref] : ["update-ref", ref, pull.merge]);
}

/**
 * Merges with a commit of two parents, or squashed to one of its proposer's, as the button does.
 * @param by who presses it, and is the author of the one of two parents
 * @returns that commit; `null` where the branches conflict
 */
export async function mergePull(
  box: Box,
  pull: Pull,
  { by, isSquashed }: { by: string; isSquashed: boolean },
): Promise<string | null> {
  await follow(box, pull);
  const { base, head, author, title } = pull;
  if (pull.merge === null) return null;
  const tree = `${pull.merge}^{tree}`;
  const merge = isSquashed
    ? await committed(box, { tree, parents: [base.sha], by: author.login, message: title })
    : await committed(box, { tree, parents: [base.sha, head.sha], by, message: `Merge #${pull.number}` });
  await box.git.bytes(["update-ref", `refs/heads/${base.ref}`, merge, base.sha]);
  const now = box.now();
  Object.assign(pull, { state: "closed", updatedAt: now, mergedAt: now, merge });
  return merge;
}

/** A commit that GitHub makes for somebody, and signs. */
async function committed(
  box: Box,
  { tree, parents, by, message }: { tree: string; parents: string[]; by: string; message: string },
): Promise<string> {
  const env = {
    GIT_AUTHOR_NAME: by,
    GIT_AUTHOR_EMAIL: `${by}@users.noreply.github.com`,
    GIT_COMMITTER_NAME: "GitHub",
    GIT_COMMITTER_EMAIL: "noreply@github.com",
  };
  const named = parents.flatMap((parent) => ["-p", parent]);
  const made = await box.git.text(["commit-tree", tree, ...named], { env, input: message });
  box.signed.add(made);
  return made;
}

async function merged(box: Box, base: string, head: string): Promise<string | null> {
  const tree = await box.git.attempt(["merge-tree", "--write-tree", base, head]);
  if (tree.status !== 0) return null;
  const who = { NAME: "GitHub", EMAIL: "noreply@github.com" };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const input = `Merge ${head} into ${base}`;
  const id = tree.stdout.toString().trim().split("\n")[0] ?? "";
  return box.git.text(["commit-tree", id, "-p", base, "-p", head], { env, input });
}

/** As lists and events have it. */
export function listedPull(box: Box, pull: Pull) {
  const api = `${repositoryUrl(box)}/pulls/${pull.number}`;
  const issue = `${repositoryUrl(box)}/issues/${pull.number}`;
  const html = pageUrl(box, `pull/${pull.number}`);
  const { owner } = box.settings;
  const side = (of: string, ref: string, sha: string) => ({
    label: `${of}:${ref}`,
    ref,
    sha,
    user: account(box, { login: of, type: "User" }),
    repo: described(box, of),
  });
  const statuses = `${repositoryUrl(box)}/statuses/${pull.head.sha}`;
  const links = {
    self: api,
    html,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${api}/comments`,
    review_comment: `${repositoryUrl(box)}/pulls/comments{/number}`,
    commits: `${api}/commits`,
    statuses,
  };
  return {
    url: api,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    active_lock_reason: null,
    title: pull.title,
    user: account(box, pull.author),
    body: pull.body,
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.state === "closed" ? pull.updatedAt : null,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.merge,
    draft: pull.draft,
    head: side(pull.head.owner, pull.head.ref, pull.head.sha),
    base: side(owner, pull.base.ref, pull.base.sha),
    author_association: pull.author.login === owner ? "OWNER" : "CONTRIBUTOR",
    auto_merge: null,
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
  };
}
