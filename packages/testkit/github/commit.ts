import { account } from "./account.ts";
import { type Box, nodeId, pageUrl, repositoryUrl } from "./box.ts";

export interface Signature {
  name: string;
  email: string;
  date: string;
}

export interface CommitObject {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

/** A commit, read from Git. @returns undefined when there is no such commit */
export async function readCommit(box: Box, revision: string): Promise<CommitObject | undefined> {
  const found = await box.objects.read(`${revision}^{commit}`);
  if (found === undefined) return undefined;
  const { sha, bytes } = found;
  const [head = "", message] = halves(bytes.toString());
  const fields = head.split("\n").map((line) => halves(line, " "));
  const all = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value);
  return {
    sha,
    tree: all("tree")[0] ?? "",
    parents: all("parent"),
    author: signature(all("author")[0] ?? ""),
    committer: signature(all("committer")[0] ?? ""),
    message,
  };
}

/** "Name <mail> seconds zone", as Git writes it. */
export function signature(line: string): Signature {
  const match = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line);
  const seconds = Number(match?.[3] ?? 0);
  return { name: match?.[1] ?? "", email: match?.[2] ?? "", date: isoSeconds(new Date(seconds * 1000)) };
}

/** GitHub's times have whole seconds. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function halves(text: string, separator = "\n\n"): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

export const UNSIGNED = {
  verified: false,
  reason: "unsigned",
  signature: null,
  payload: null,
  verified_at: null,
};

/** Of what GitHub itself has committed. */
function verification(box: Box, { sha, committer }: CommitObject) {
  if (!box.signed.has(sha)) return UNSIGNED;
  return {
    verified: true,
    reason: "valid",
    signature: "-----BEGIN PGP SIGNATURE-----",
    payload: `${sha}\n`,
    verified_at: committer.date,
  };
}

/** As `git/commits` answers. */
export function gitCommit(box: Box, commit: CommitObject) {
  const { sha, author, committer, message } = commit;
  return {
    sha,
    node_id: nodeId("Commit", sha),
    url: `${repositoryUrl(box)}/git/commits/${sha}`,
    html_url: pageUrl(box, `commit/${sha}`),
    author,
    committer,
    message,
    tree: { sha: commit.tree, url: `${repositoryUrl(box)}/git/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${repositoryUrl(box)}/git/commits/${parent}`,
      html_url: pageUrl(box, `commit/${parent}`),
    })),
    verification: verification(box, commit),
  };
}

/** As `commits` answers: Git's part inside, GitHub's accounts outside. */
export function listedCommit(box: Box, commit: CommitObject) {
  const { tree, author, committer, message } = gitCommit(box, commit);
  const url = `${repositoryUrl(box)}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url,
    html_url: pageUrl(box, `commit/${commit.sha}`),
    comments_url: `${url}/comments`,
    commit: {
      url: `${repositoryUrl(box)}/git/commits/${commit.sha}`,
      author,
      committer,
      message,
      comment_count: 0,
      tree,
      verification: verification(box, commit),
    },
    author: accountOf(box, author),
    committer: accountOf(box, committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repositoryUrl(box)}/commits/${sha}`,
      html_url: pageUrl(box, `commit/${sha}`),
    })),
  };
}

/** Accounts are known by GitHub's own addresses, and those that people have added to theirs; nobody by that of a made-up author. */
function accountOf(box: Box, { email }: Signature) {
  if (email === "noreply@github.com") return account(box, { login: "web-flow", type: "User" });
  const login = /^(?:\d+\+)?([\w-]+)@(?:users\.noreply\.github\.com|added\.example)$/.exec(email)?.[1];
  return login === undefined ? null : account(box, { login, type: "User" });
}
