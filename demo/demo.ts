import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluate } from "@mlops-actions/evaluation";
import { formatChange, formatInterval, renderTerminal } from "@mlops-actions/report";
import { type GitHubBox, type GitRepository, gitRepository, push } from "@mlops-actions/testkit";
import type { Change } from "./change.ts";
import { projectFiles, readChanges } from "./example.ts";
import { conditionOf, EXPECTED, verdictOf } from "./expectation.ts";
import { renderPage } from "./page/page.ts";
import { choosePredictor, type Predictor } from "./predictor.ts";
import { applyChange, propose, type Review, review, startHosting } from "./review.ts";
import { type Story, type Terminal, tell } from "./story.ts";

export interface Reviewed {
  change: Change;
  review: Review;
}

/** The whole story. @returns whether every verdict was the expected one, for the right reason */
export async function demo(options: {
  /** The repository of mlops-actions. */
  root: string;
  usePython: boolean;
  terminal: Terminal;
}): Promise<boolean> {
  const { root, usePython, terminal } = options;
  const example = join(root, "examples/census-income");
  const story = tell(terminal);
  const changes = await readChanges(example);
  story.title("Four people propose a change to a model. Which of the changes may be merged?");
  story.say(
    "The model says who earns more than $50,000 a year (UCI Adult, 16,281 test rows). GitHub is played by a small server on this machine, and nothing leaves it. What judges is the action as it is shipped.",
  );

  story.chapter("The repository");
  await using box = await startHosting(changes);
  await using repository = await gitRepository(await projectFiles(example));
  await push(box, repository, { token: "acme" });
  story.say(`${box.owner}/${box.repo}, main: train.py is version 1, a logistic regression.`);
  story.say("mlops.yml says what a change must hold, against version 1 on the same rows:");
  story.table([
    ["rule", "in words"],
    ["auc - baseline.auc > -0.005", "it ranks people not worse than by 0.005"],
    ["gap(recall by sex) - ... <= 5%", "the sexes do not drift apart by more than 5 points"],
    ["flips <= 8%", "at most 8 % of the answers change"],
  ]);
  const predictor = await choosePredictor({ example, work: join(root, "demo/.work"), usePython, story });

  const reviewed: Reviewed[] = [];
  for (const change of changes)
    reviewed.push({
      change,
      review: await tellOne({ change, box, repository, predictor, root, terminal, story }),
    });

  const page = join(root, "demo/index.html");
  await writeFile(page, await renderPage({ repository: `${box.owner}/${box.repo}`, reviewed }));
  return conclude(reviewed, page, story);
}

async function tellOne(of: {
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
  story.chapter(`${change.author.name} wants: ${change.title}`);
  for (const paragraph of change.description.split("\n\n")) story.say(`"${paragraph}"`);
  const predictions = await predictor(change, repository.path);
  const pull = await propose(box, repository, change, predictions);
  const done = await story.during(
    `pull request #${pull.number} from ${change.branch} is open; the action judges it`,
    () => review(box, pull, { root, runId: pull.number }),
    () => "done",
  );
  const { color, unicode, width } = terminal;
  for (const { author, url } of done.comments)
    story.quote(
      `${author} commented: ${url}`,
      renderTerminal(evaluate.document(done.evidence), { color, unicode, width: width - 5 }),
    );
  for (const { name, conclusion, title } of done.checks)
    story.say(`check "${name}": ${conclusion}, "${title}"; exit code ${done.exitCode}`);
  return done;
}

function conclude(reviewed: readonly Reviewed[], page: string, story: Story): boolean {
  story.chapter("What came out");
  const rows = reviewed.map(({ change, review: { number, evidence } }) => {
    const verdict = verdictOf(change.name, evidence);
    const expected = EXPECTED[change.name];
    const { contrast, estimate } = conditionOf(evidence, "auc - baseline.auc");
    const n = estimate?.kind === "sampled" ? estimate.n.toLocaleString("en-US") : "";
    return {
      isRight: verdict === expected,
      cells: [
        `#${number} ${change.name}`,
        expected,
        verdict === expected ? "as expected" : verdict,
        formatChange(contrast, estimate, "ascii") ?? "",
        formatInterval(contrast, estimate, "ascii") ?? "",
        n,
      ],
    };
  });
  const head = ["pull request", "expected", "found", "AUC", "95 % interval", "rows"];
  story.table([head, ...rows.map(({ cells }) => cells)]);
  const isRight = rows.every((row) => row.isRight);
  story.say(
    isRight
      ? `All four verdicts are right, and for the right reasons. See them as a reviewer would: ${page}`
      : `Not every verdict came as expected. The pull requests are in ${page}`,
  );
  return isRight;
}
