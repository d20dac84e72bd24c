import type { PullRequest } from "@mlops-actions/testkit";
import type { Change, ChangeName } from "../change.ts";
import { readConversation } from "../conversation.ts";
import { applyChange, propose } from "../hosting.ts";
import { type Reviewed, reviewOf, tellReview } from "../review.ts";
import { skippedOf, tellJobs } from "./jobs.ts";
import type { Stopped } from "./part.ts";
import type { Scene } from "./scene.ts";

/** Rows that the rules refuse: the change is stopped before anything is made of them. */
export async function tellBadRows(scene: Scene, change: Change): Promise<Stopped> {
  const { box, repository, happens, story } = scene;
  story.chapter(`Bad rows: ${change.author.name} proposes "${change.title}"`);
  await applyChange(repository, change);
  story.say(change.description);
  story.pause();
  const pull = await propose(box, repository, change);
  await using run = await story.during(`Pull request #${pull.number} is open; model-review runs`, () =>
    happens.proposed(pull, change.author.login),
  );
  tellJobs(run, story);
  const review = await readConversation(box, pull);
  const [comment] = review.comments;
  story.pause();
  story.quote(`${comment?.author} commented: ${comment?.url}`, tableOf(comment?.body ?? ""));
  story.pause();
  return { change, review, skipped: skippedOf(run) };
}

/** A change whose model is trained, judged and spoken of. */
export async function tellPullRequest(
  { box, repository, happens, story, terminal }: Scene,
  change: Change<ChangeName>,
): Promise<{ pull: PullRequest; reviewed: Reviewed }> {
  await applyChange(repository, change);
  for (const paragraph of change.description.split("\n\n")) story.say(paragraph);
  story.pause();
  const pull = await propose(box, repository, change);
  await using run = await story.during(`Pull request #${pull.number} is open; model-review runs`, () =>
    happens.proposed(pull, change.author.login),
  );
  tellJobs(run, story);
  const judged = run.job("evaluate").steps.at(-1);
  if (judged === undefined) throw new Error("nothing was judged");
  const review = await reviewOf(box, pull, judged);
  tellReview(review, story, terminal);
  return { pull, reviewed: { change, review } };
}

/** The first lines of a comment: what is wrong, and where. */
function tableOf(body: string): string {
  return body
    .replace(/^<!--.*?-->\n/s, "")
    .split("\n\n", 2)
    .join("\n\n");
}
