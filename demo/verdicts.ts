import { join } from "node:path";
import { type GitHubBox, type GitRepository, gitRepository, push } from "@mlops-actions/testkit";
import type { Change, ChangeName } from "./change.ts";
import { BRANCHES, projectFiles, readChanges } from "./example.ts";
import { applyChange, commitPredictions, OWNER, propose, startHosting } from "./hosting.ts";
import { choosePredictor, type Predictor } from "./predictor.ts";
import type { Python } from "./python.ts";
import { type Review, type Reviewed, review, TOKENS, tellReview } from "./review.ts";
import type { Story, Terminal } from "./story.ts";

/** What both parts are told with. */
export interface Telling {
  /** The repository of mlops-actions. */
  root: string;
  python: Python;
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  story: Story;
}

/** A repository with the pull requests that came of its part of the story. */
export interface Part {
  /** `owner/name`. */
  repository: string;
  reviewed: readonly Reviewed[];
}

/** The first part: four people propose a change, and predictions are judged. */
export async function tellVerdicts({ root, python, env, terminal, story }: Telling): Promise<Part> {
  const example = join(root, "examples/census-income");
  const changes = await readChanges(example, BRANCHES);
  story.chapter("The repository");
  await using box = await startHosting({ repo: "census-income", changes, tokens: TOKENS, private: false });
  await using repository = await gitRepository(await projectFiles(example));
  await push(box, repository, { token: OWNER });
  const name = `${box.owner}/${box.repo}`;
  story.say(`${name}: train.py on main is version 1, a logistic regression.`);
  story.say("mlops.yml says what a change must hold against version 1, on the same people:");
  story.pause();
  story.table(RULES);
  story.pause();
  const predictor = await choosePredictor({ example, python, env, story });

  const reviewed: Reviewed[] = [];
  for (const change of changes) {
    story.chapter(
      `${reviewed.length + 1} of ${changes.length}: ${change.author.name} proposes "${change.title}"`,
    );
    const review = await reviewOne({ change, box, repository, predictor, root, terminal, story });
    reviewed.push({ change, review });
  }
  return { repository: name, reviewed };
}

// The conditions of the example, in the order in which it has them.
const RULES = [
  ["rule", "in words"],
  ["auc - baseline.auc > -0.005", "AUC, how well it ranks people, falls by less than 0.005"],
  ["gap(recall by sex) - ... <= 5%", "women and men drift apart by at most 5 points of recall"],
  ["flips <= 8%", "at most 8 % of the answers change"],
];

async function reviewOne(of: {
  change: Change<ChangeName>;
  box: GitHubBox;
  repository: GitRepository;
  predictor: Predictor;
  root: string;
  terminal: Terminal;
  story: Story;
}): Promise<Review> {
  const { change, box, repository, predictor, root, terminal, story } = of;
  await applyChange(repository, change);
  for (const paragraph of change.description.split("\n\n")) story.say(paragraph);
  story.pause();
  await commitPredictions(repository, change, await predictor(change, repository.path));
  const pull = await propose(box, repository, change);
  const done = await story.during(`Pull request #${pull.number} is open; the action judges it`, () =>
    review(box, pull, { root, runId: pull.number }),
  );
  tellReview(done, story, terminal);
  return done;
}
