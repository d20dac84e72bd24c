import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Evidence, evidenceOf } from "@mlops-actions/core";
import { type Details, details } from "@mlops-actions/evaluation";
import { checkoutMerge, type GitHubBox, type PullRequest, runAction } from "@mlops-actions/testkit";
import type { Change } from "./change.ts";
import { type Conversation, readConversation } from "./conversation.ts";
import { JOB } from "./hosting.ts";

/** What a reviewer finds on a pull request after the action has run, and what the action left behind. */
export interface Review extends Conversation {
  evidence: Evidence<Details>;
  exitCode: number | null;
}

export interface Reviewed {
  change: Change;
  review: Review;
}

/** Runs the built action on the merge of a pull request, as GitHub would, and reads what has arrived. */
export async function review(
  box: GitHubBox,
  pull: PullRequest,
  { root, runId }: { root: string; runId: number },
): Promise<Review> {
  await using workspace = await checkoutMerge(box, pull, { token: JOB });
  await using result = await runAction({
    action: join(root, "actions/evaluate-gate"),
    workspace: workspace.path,
    event: { name: "pull_request", payload: pull.event },
    box,
    token: JOB,
    runId,
    job: "evaluate",
    // The DuckDB that `npm ci` has brought, so that nothing is downloaded.
    env: { MLOPS_NATIVES: root },
  });
  const { outputs, exitCode, stdout, stderr } = result;
  if (outputs.evidence === undefined) throw new Error(`the action left no evidence:\n${stdout}${stderr}`);
  const evidence = evidenceOf("evaluate", details).safeParse(
    JSON.parse(await readFile(outputs.evidence, "utf8")),
  );
  if (!evidence.success)
    throw new Error(`dist/ is not built from these sources: run npm run build\n${evidence.error.message}`);
  return { ...(await readConversation(box, pull)), evidence: evidence.data, exitCode };
}
