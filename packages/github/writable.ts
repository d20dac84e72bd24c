import { z } from "zod";
import { patiently, send } from "./ask.ts";
import { failureOf } from "./failure.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";

const NO_COMMIT = "0".repeat(40);

// Requests that GitHub can only refuse: whoever lacks the permission is told so before the body is looked at.
const PROBES: readonly { permission: string; route: string; body: Readonly<Record<string, unknown>> }[] = [
  {
    permission: "contents",
    route: "POST /repos/{owner}/{repo}/git/refs",
    body: { ref: "refs/tags/", sha: NO_COMMIT },
  },
  {
    permission: "checks",
    route: "POST /repos/{owner}/{repo}/check-runs",
    body: { name: "", head_sha: NO_COMMIT },
  },
  { permission: "issues", route: "POST /repos/{owner}/{repo}/issues", body: {} },
  {
    permission: "pull-requests",
    route: "POST /repos/{owner}/{repo}/pulls",
    body: { title: "", head: "", base: "" },
  },
];

/**
 * What a token may write, as far as it can be seen without writing: GitHub has no way to ask for the permissions of a workflow's token.
 * @throws what the last request threw where GitHub gives no answer
 */
export async function writablePermissions(octokit: Client, repo: Repository): Promise<string[]> {
  const found: string[] = [];
  for (const { permission, route, body } of PROBES)
    if (await mayWrite(octokit, route, { ...repo, ...body })) found.push(permission);
  return found;
}

async function mayWrite(
  octokit: Client,
  route: string,
  parameters: Record<string, unknown>,
): Promise<boolean> {
  try {
    await patiently(octokit, () => send(octokit, z.unknown(), route, parameters));
    return true;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "refused") throw error;
    return ![401, 403, 404].includes(failure.status);
  }
}
