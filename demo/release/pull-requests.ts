import type { PullRequest } from "@mlops-actions/testkit";
import type { Change, ChangeName } from "../change.ts";
import { readConversation } from "../conversation.ts";
import { applyChange, propose } from "../hosting.ts";
import { type Reviewed, reviewOf, tellReview } from "../review.ts";
import type { PlayedRun } from "../workflow/run-workflow.ts";
import { skippedOf, tellJobs } from "./jobs.ts";
import type { Stopped } from "./part.ts";
import type { Scene } from "./scene.ts";

/** Rows that the rules refuse: the change is stopped before anything is made of them. */
export async function tellBadRows(scene: Scene, change: Change): Promise<Stopped> {
  const { box, story } = scene;
  story.chapter(`Bad rows: ${change.author.name} proposes "${change.title}"`);
  const { pull, run: reviewing } = await tellProposal(scene, change);
  await using run = reviewing;
  const review = await readConversation(box, pull);
  const [comment] = review.comments;
  story.pause();
  story.quote(`${comment?.author} commented: ${comment?.url}`, tableOf(comment?.body ?? ""));
  story.pause();
  return { change, review, skipped: skippedOf(run) };
}

/** A change whose model is trained, judged and spoken of. */
export async function tellPullRequest(
  scene: Scene,
  change: Change<ChangeName>,
): Promise<{ pull: PullRequest; reviewed: Reviewed }> {
  const { box, story, terminal } = scene;
  const { pull, run: reviewing } = await tellProposal(scene, change);
  await using run = reviewing;
  const judged = run.job("evaluate").steps.at(-1);
  if (judged === undefined) throw new Error("nothing was judged");
  const review = await reviewOf(box, pull, judged);
  tellReview(review, story, terminal);
  return { pull, reviewed: { change, review } };
}

/** What somebody proposes, and what the jobs of the review say of it. */
async function tellProposal(
  { box, repository, happens, story }: Scene,
  change: Change,
): Promise<{ pull: PullRequest; run: PlayedRun }> {
  await applyChange(repository, change);
  for (const paragraph of change.description.split("\n\n")) story.say(paragraph);
  story.pause();
  const pull = await propose(box, repository, change);
  const run = await story.during(`Pull request #${pull.number} is open; model-review runs`, () =>
    happens.proposed(pull, change.author.login),
  );
  tellJobs(run, story);
  return { pull, run };
}

/** The first lines of a comment: what is wrong, and where. */
function tableOf(body: string): string {
  return body
    .replace(/^<!--.*?-->\n/s, "")
    .split("\n\n", 2)
    .join("\n\n");
}
