import { mayRead } from "./access.ts";
import { account } from "./account.ts";
import { type App, accountId, type Box, nodeId, repositoryPath } from "./box.ts";

const LINKS = [
  "archive_url assignees_url blobs_url branches_url collaborators_url comments_url commits_url compare_url",
  "contents_url contributors_url deployments_url downloads_url events_url forks_url git_commits_url git_refs_url",
  "git_tags_url hooks_url issue_comment_url issue_events_url issues_url keys_url labels_url languages_url merges_url",
  "milestones_url notifications_url pulls_url releases_url stargazers_url statuses_url subscribers_url",
  "subscription_url tags_url teams_url trees_url",
]
  .join(" ")
  .split(" ");

/** The repository, and who asks. */
export function repository(app: App, box: Box): void {
  app.get(repositoryPath(box), (c) => {
    mayRead(c, box, "metadata", "contents");
    const own = described(box, box.settings.owner);
    return c.json({ ...own, network_count: box.settings.forks.length, subscribers_count: 0 });
  });
}

/** The repository or its fork under another owner. */
export function described(box: Box, owner: string) {
  const { repo, forks } = box.settings;
  const name = `${owner}/${repo}`;
  const api = `${box.url}/repos/${name}`;
  const html = `${box.serverUrl}/${name}`;
  const id = repositoryId(box, owner);
  const links = Object.fromEntries(
    LINKS.map((link) => [link, `${api}/${link.replace(/_url$/, "").replaceAll("_", "-")}`]),
  );
  return {
    ...links,
    id,
    node_id: nodeId("Repository", id),
    name: repo,
    full_name: name,
    private: box.settings.private,
    owner: account(box, { login: owner, type: "User" }),
    html_url: html,
    description: null,
    fork: owner !== box.settings.owner,
    url: api,
    git_url: `${html}.git`.replace(/^http/, "git"),
    ssh_url: `git@github.localhost:${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: forks.length,
    forks: forks.length,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 1,
    default_branch: "main",
    open_issues_count: 0,
    open_issues: 0,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    visibility: box.settings.private ? "private" : "public",
    pushed_at: "2026-01-01T00:00:00Z",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    license: null,
    allow_forking: true,
    web_commit_signoff_required: false,
  };
}

export function repositoryId(box: Box, owner: string): number {
  return accountId(`${owner}/${box.settings.repo}`);
}
