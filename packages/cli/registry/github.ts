import { connect, githubRefs, githubReleases, githubWitness, repositoryOf } from "@mlops-actions/github";
import { TOOL } from "../tool.ts";
import type { GithubRegistry } from "./open.ts";

/** A repository on GitHub, asked with somebody's own token. */
export const githubRegistry: GithubRegistry = async ({ name, token }) => {
  const repo = repositoryOf(name);
  const octokit = connect({
    token,
    baseUrl: process.env.GITHUB_API_URL ?? "https://api.github.com",
    userAgent: TOOL,
  });
  const witness = githubWitness({ octokit, repo });
  return {
    refs: githubRefs({ octokit, repo }),
    releases: githubReleases({ octokit, repo }),
    witness,
    isRunOver: witness.isRunOver,
  };
};
