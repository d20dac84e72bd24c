import type { Place } from "@mlops-actions/core";
import type { Links } from "@mlops-actions/report";
import type { Repository } from "./repository.ts";

/** The addresses that a report may point to: all of the repository this run works for, none chosen by data. */
export function githubLinks(options: {
  /** `GITHUB_SERVER_URL`. */
  serverUrl: string;
  repo: Repository;
  runId: number;
  /** Where the guide's pages lie. */
  guide: string;
}): Links & { run: string } {
  const { serverUrl, repo, runId, guide } = options;
  const home = `${trimmed(serverUrl)}/${repo.owner}/${repo.repo}`;
  return {
    run: `${home}/actions/runs/${runId}`,
    commit: (sha: string) => `${home}/commit/${encodeURIComponent(sha)}`,
    file: ({ file, line }: Place, sha: string) =>
      `${home}/blob/${encodeURIComponent(sha)}/${pathOf(file)}${line === undefined ? "" : `#L${line}`}`,
    guide: (page: string) => `${trimmed(guide)}/${pathOf(page)}.md`,
  };
}

function pathOf(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
