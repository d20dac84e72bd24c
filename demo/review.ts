import { join } from "node:path";
import type { Evidence } from "@mlops-actions/core";
import { type Details, details, evaluate } from "@mlops-actions/evaluation";
import { renderTerminal } from "@mlops-actions/report";
import {
  type ActionResult,
  checkoutMerge,
  type GitHubBox,
  type Permissions,
  type PullRequest,
  runAction,
  workflowToken,
} from "@mlops-actions/testkit";
import type { Change, ChangeName } from "./change.ts";
import { type Conversation, readConversation } from "./conversation.ts";
import { type Ended, evidenceIn } from "./evidence.ts";
import type { Story, Terminal } from "./story.ts";

/** What a reviewer finds on a pull request after the action has run, and what the action left behind. */
export interface Review extends Conversation {
  evidence: Evidence<Details>;
  exitCode: number | null;
}

export interface Reviewed {
  change: Change<ChangeName>;
  review: Review;
}

// What the workflow of the first example asks for, by GitHub's names.
const PERMISSIONS: Permissions = { contents: "read", pull_requests: "write", checks: "write" };
const JOB = "token-of-the-job";

/** What `github.token` stands for in that workflow. */
export const TOKENS = { [JOB]: workflowToken(PERMISSIONS) };

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
  return reviewOf(box, pull, result);
}

/** What the evaluation of a pull request has left for its reviewers. */
export async function reviewOf(
  box: GitHubBox,
  pull: PullRequest,
  ended: Ended & Pick<ActionResult, "exitCode">,
): Promise<Review> {
  const evidence = await evidenceIn("evaluate", details, ended);
  return { ...(await readConversation(box, pull)), evidence, exitCode: ended.exitCode };
}

/** Tells what has arrived on a pull request. */
export function tellReview(review: Review, story: Story, { color, unicode, width }: Terminal): void {
  const text = renderTerminal(evaluate.document(review.evidence), { color, unicode, width: width - 5 });
  story.pause();
  for (const { author, url } of review.comments) story.quote(`${author} commented: ${url}`, text);
  story.pause();
  for (const { name, conclusion, title } of review.checks) {
    story.say(`Check "${name}": ${conclusion} (exit code ${review.exitCode})`);
    story.say(title);
  }
}
