import type { Target } from "@mlops-actions/core";
import type { Repository } from "./repository.ts";

/** Turns the places that a document may point to into addresses of the repository this run works for. */
export function githubLinks(options: {
  /** `GITHUB_SERVER_URL`. */
  serverUrl: string;
  repo: Repository;
  runId: number;
  /** Where the guide's pages lie, without a slash at the end. */
  guide: string;
}): (target: Target) => string {
  const home = `${options.serverUrl.replace(/\/+$/, "")}/${options.repo.owner}/${options.repo.repo}`;
  return (target) => {
    switch (target.to) {
      case "run":
        return `${home}/actions/runs/${options.runId}`;
      case "commit":
        return `${home}/commit/${encodeURIComponent(target.sha)}`;
      case "file": {
        const path = target.place.file.split("/").map(encodeURIComponent).join("/");
        const line = target.place.line === undefined ? "" : `#L${target.place.line}`;
        return `${home}/blob/${encodeURIComponent(target.sha)}/${path}${line}`;
      }
      case "guide":
        return `${options.guide}/${target.page.split("/").map(encodeURIComponent).join("/")}.md`;
    }
  };
}
