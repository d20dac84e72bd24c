import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluate } from "@mlops-actions/evaluation";
import { renderTerminal } from "@mlops-actions/report";
import { type GitHubBox, type GitRepository, gitRepository, push } from "@mlops-actions/testkit";
import type { Change } from "./change.ts";
import { conclude } from "./conclusion.ts";
import { projectFiles, readChanges } from "./example.ts";
import { applyChange, propose, startHosting } from "./hosting.ts";
import { renderPage } from "./page/page.ts";
import { choosePredictor, type Predictor } from "./predictor.ts";
import { type Review, type Reviewed, review } from "./review.ts";
import { type Story, type Terminal, tell } from "./story.ts";

export interface DemoOptions {
  /** The repository of mlops-actions. */
  root: string;
  usePython: boolean;
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
}

/** The whole story. @returns whether every verdict was the expected one, for the right reason */
export async function demo({ root, usePython, env, terminal }: DemoOptions): Promise<boolean> {
  const example = join(root, "examples/census-income");
  const story = tell(terminal);
  const changes = await readChanges(example);
  story.title("Four people propose a change to a model. Which of the changes may be merged?");
  story.say(
    "The model says who earns more than $50,000 a year (UCI Adult, 16,281 people to test on). GitHub is played by a small server on this machine; the action that judges is the built one, as it is shipped.",
  );

  story.chapter("The repository");
  await using box = await startHosting(changes);
  await using repository = await gitRepository(await projectFiles(example));
  await push(box, repository, { token: "acme" });
  const name = `${box.owner}/${box.repo}`;
  story.say(`${name}: train.py on main is version 1, a logistic regression.`);
  story.say("mlops.yml says what a change must hold against version 1, on the same people:");
  story.pause();
  story.table(RULES);
  story.pause();
  const work = join(root, "demo/.work");
  const predictor = await choosePredictor({ example, work, usePython, env, story });

  const reviewed: Reviewed[] = [];
  for (const change of changes) {
    story.chapter(
      `${reviewed.length + 1} of ${changes.length}: ${change.author.name} proposes "${change.title}"`,
    );
    const review = await reviewOne({ change, box, repository, predictor, root, terminal, story });
    reviewed.push({ change, review });
  }
  const page = join(root, "demo/index.html");
  await writeFile(page, await renderPage({ repository: name, reviewed }));
  return conclude(reviewed, page, story);
}

// The conditions of the example, in the order in which it has them.
const RULES = [
  ["rule", "in words"],
  ["auc - baseline.auc > -0.005", "AUC, how well it ranks people, falls by less than 0.005"],
  ["gap(recall by sex) - ... <= 5%", "women and men drift apart by at most 5 points of recall"],
  ["flips <= 8%", "at most 8 % of the answers change"],
];

async function reviewOne(of: {
  change: Change;
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
  const predictions = await predictor(change, repository.path);
  const pull = await propose(box, repository, change, predictions);
  const done = await story.during(`Pull request #${pull.number} is open; the action judges it`, () =>
    review(box, pull, { root, runId: pull.number }),
  );
  const { color, unicode, width } = terminal;
  const text = renderTerminal(evaluate.document(done.evidence), { color, unicode, width: width - 5 });
  story.pause();
  for (const { author, url } of done.comments) story.quote(`${author} commented: ${url}`, text);
  story.pause();
  for (const { name, conclusion, title } of done.checks) {
    story.say(`Check "${name}": ${conclusion} (exit code ${done.exitCode})`);
    story.say(title);
  }
  return done;
}
