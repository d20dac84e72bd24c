import type { Box } from "./box.ts";
import { Refusal } from "./refusal.ts";
import type { Token } from "./token.ts";

/**
 * GitHub refuses a workflow's token that would put a name on a commit whose workflow files no branch has: else a job could
 * smuggle a workflow in (seen in cli/cli#9514, mathieudutour/github-tag-action#138).
 */
export async function guardWorkflows(box: Box, who: Token, sha: string): Promise<void> {
  if (who.workflow !== true) return;
  const workflows = await workflowsOf(box, sha);
  if (workflows === "") return;
  const heads = (await box.git.text(["for-each-ref", "--format=%(objectname)", "refs/heads"])).split("\n");
  for (const head of new Set(heads)) if ((await workflowsOf(box, head)) === workflows) return;
  throw new Refusal(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": "contents=write; contents=write,workflows=write" },
  });
}

// The tree of the folder names everything in it; "" when there is none.
async function workflowsOf(box: Box, sha: string): Promise<string> {
  return (await box.objects.find(`${sha}^{commit}:.github/workflows`))?.sha ?? "";
}
