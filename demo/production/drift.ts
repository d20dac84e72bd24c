import { setTimeout as wait } from "node:timers/promises";
import { checking, type Details, details } from "@mlops-actions/drift";
import { renderTerminal } from "@mlops-actions/report";
import { push } from "@mlops-actions/testkit";
import { evidenceIn } from "../evidence.ts";
import { OWNER, pullMain } from "../hosting.ts";
import { laterRows } from "../release/example.ts";
import { type Made, make } from "../release/make.ts";
import type { Scene } from "../release/scene.ts";
import { type Issue, readIssues } from "./issue.ts";
import type { Crowd } from "./people.ts";

/** One run of the drift check. */
export interface Check {
  details: Details;
  /** When, in seconds since some moment. */
  ended: number;
}

/** What the drift check has found, said and set off. */
export interface DriftPart {
  checks: readonly Check[];
  issues: readonly Issue[];
  retrained: Made;
}

const WEEK = 3_000;
// Seconds: half of `every`.
const HALF = 11;

/** People change, the check says so, and asks for a model that has learned from them. */
export async function tellDrift(scene: Scene): Promise<DriftPart> {
  const { story, box, repository, happens, examples } = scene;
  story.chapter("A quiet week, and one in which other people ask");
  story.say(
    `The server keeps a log of what it was asked and what it has answered. drift-cron compares it with what version 1.1.0 was released with. In the first week ${WEEK.toLocaleString("en-US")} people ask as those it was tested on; from the second on three in four are 45 or older.`,
  );
  story.pause();
  let main = await pullMain(box, repository);
  const quiet = await check(scene, main, "everybody");
  const first = await check(scene, main, "older");
  story.pause();
  story.say("One issue says what has shifted. Nothing is trained yet: the next check has to find the same.");

  story.chapter("It lasts: the model is trained again, and goes through the same gate");
  story.say(
    "Meanwhile it is known what 4,000 of those who asked earn. A job of the night adds them to the training rows; its commit says [skip ci], so that not every night makes a model.",
  );
  story.pause();
  main = await repository.commit(await laterRows(examples), { message: "Add who has asked since [skip ci]" });
  await push(box, repository, { token: OWNER });
  await apart(first);
  const second = await check(scene, main, "older");
  const retrained = await make(scene, {
    saying: "model-release runs as the check has asked",
    crowd: "older",
    start: () => happens.dispatched(main),
  });
  const issues = await readIssues(box);
  story.pause();
  for (const { number, comments } of issues)
    for (const { author, body } of comments) story.quote(`${author} commented on #${number}`, plain(body));
  return { checks: [quiet, first, second], issues, retrained };
}

/** Lets a week pass, and the check run. */
async function check(
  { story, serving, happens, terminal }: Scene,
  main: string,
  crowd: Crowd,
): Promise<Check> {
  await story.during("A week of requests", () => serving.week(crowd, WEEK));
  await using run = await story.during("drift-cron runs", () => happens.scheduled(main));
  const step = run.job("check").steps.at(-1);
  if (step === undefined) throw new Error("nothing was checked");
  const evidence = await evidenceIn("drift", details, step);
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error") throw new Error(`nothing was compared: ${outcome.fault.message}`);
  const document = checking({ run: null }).document(evidence);
  const { color, unicode, width } = terminal;
  if (outcome.details.severity === "quiet") story.say(document.title);
  else
    story.quote(
      step.outputs.issue ?? "drift",
      renderTerminal(document, { color, unicode, width: width - 5 }),
    );
  return { details: outcome.details, ended: performance.now() / 1000 };
}

/** Two checks count as two in a row only where half of `drift.every` lies between them. */
async function apart({ ended }: Check): Promise<void> {
  const left = ended + HALF - performance.now() / 1000;
  if (left > 0) await wait(left * 1000);
}

function plain(markdown: string): string {
  return markdown.replaceAll(/\*\*|<\/?sub>|\\/g, "");
}
