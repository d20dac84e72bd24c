import { Octokit } from "@octokit/rest";
import type { GitHubBox } from "./github/start.ts";
import { personToken, workflowToken } from "./github/token.ts";

/** Who talks to the boxes of these tests. */
export const tokens = {
  ada: personToken("ada"),
  eve: personToken("eve", {}),
  job: workflowToken({ contents: "write", checks: "write", pull_requests: "write", actions: "read" }),
  reader: workflowToken({ contents: "read" }),
};

/** The real client, quiet: the refusals are what is tested. */
export function client(box: GitHubBox, auth?: string) {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  return {
    octokit: new Octokit({ ...(auth !== undefined && { auth }), baseUrl: box.apiUrl, log: silent }),
    repo: { owner: box.owner, repo: box.repo },
  };
}

/** "422 Reference already exists", or "none" where the request was carried out. */
export async function refusal(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return "none";
  } catch (error) {
    const { status, response } = error as { status: number; response?: { data: { message: string } } };
    return `${status} ${response?.data.message ?? (error as Error).message}`;
  }
}
