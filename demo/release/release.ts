import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import {
  type GitHubBox,
  type GitRepository,
  gitRepository,
  type PullRequest,
  push,
} from "@mlops-actions/testkit";
import type { Change } from "../change.ts";
import { readConversation } from "../conversation.ts";
import { readChanges } from "../example.ts";
import { applyChange, OWNER, propose, startHosting } from "../hosting.ts";
import type { Python } from "../python.ts";
import { type Reviewed, reviewOf, tellReview } from "../review.ts";
import type { Story } from "../story.ts";
import type { Telling } from "../verdicts.ts";
import type { PlayedRun } from "../workflow/run-workflow.ts";
import { tokensOf } from "../workflow/workflow.ts";
import { BAD_ROWS, BRANCHES, MODEL, projectFiles, readWorkflows, recordedDigests } from "./example.ts";
import type { Made, ReleasePart, Stopped } from "./part.ts";
import { readHistory, readReleases, registryCommand } from "./registry.ts";
import { type Happening, happening, saidBy } from "./repository.ts";

/** The second part: models are trained, judged, merged, made a version of, rolled out and back. */
export async function tellRelease({ root, python, env, terminal, story }: Telling): Promise<ReleasePart> {
  const examples = join(root, "examples");
  const changes = await readChanges(join(examples, "census-model"), BRANCHES);
  const [bad] = await readChanges(join(examples, "census-model"), BAD_ROWS);
  if (bad === undefined) throw new Error("the example has no bad rows");
  const workflows = await readWorkflows(examples);
  const path = pathOf(python, join(examples, "census-model"), env);
  await using box = await startHosting({
    repo: MODEL,
    changes: [bad, ...changes],
    tokens: tokensOf(Object.values(workflows)),
    private: true,
  });
  await using repository = await gitRepository(await projectFiles(examples));
  const registry = registryCommand(box, root, path);
  const happens = happening(workflows, { box, root, path });
  const name = `${box.owner}/${box.repo}`;

  story.chapter("An empty registry, and a first version");
  story.say(
    `${name}: the same question, but here mlops.yml also says how the model is trained. Its workflows are played job by job, each job on a clean checkout, with a token that may do what its \`permissions:\` say and nothing else. No version exists yet.`,
  );
  await tellTraining(python, join(examples, "census-model"), story);
  story.pause();
  await push(box, repository, { token: OWNER });
  const first = await repository.revision();
  const release = async (sha: string): Promise<Made> => {
    await using run = await story.during("model-release runs on the push to main", () => happens.pushed(sha));
    tellJobs(run, story);
    return {
      skipped: skippedOf(run),
      failed: run.jobs.filter(({ result }) => result === "failure").map(({ job }) => job.id),
      version: run.job("register").steps.at(-1)?.outputs.version,
    };
  };
  const made = [await release(first)];
  const promote = (sha: string, version: string) => tellDispatch(happens, sha, version, story);
  story.pause();
  story.say(
    "Anybody who may push can push a tag, so one counts only where GitHub knows the run that made it. At a terminal the command refuses, before anything is written:",
  );
  const words = ["promote", `${MODEL}@1.0.0`, "--to", "production"];
  const refused = await registry(...words);
  story.quote(`$ mlops-actions registry ${words.join(" ")}`, refused.stderr || refused.stdout);
  story.say("The one who releases lets the workflow do it, where GitHub asks whoever must approve:");
  await promote(first, "1.0.0");

  const stopped = await tellBadRows(bad, { box, repository, happens, story });
  const reviewed: Reviewed[] = [];
  const pulls: PullRequest[] = [];
  for (const change of changes) {
    story.chapter(
      `${reviewed.length + 1} of ${changes.length}: ${change.author.name} proposes "${change.title}"`,
    );
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
    reviewed.push({ change, review });
    pulls.push(pull);
  }

  const [better] = pulls;
  if (better === undefined) throw new Error("the example has no change");
  story.chapter(
    `#${better.number} is merged: the model that was reviewed becomes a version, and nothing is trained again`,
  );
  const merge = await happens.merged(better);
  made.push(await release(merge));
  await promote(merge, "1.1.0");

  story.chapter("Back: one more assignment, of the older version");
  await promote(merge, "");
  for (const words of [
    ["show", MODEL],
    ["history", MODEL],
  ]) {
    const { stdout, stderr } = await registry(...words);
    story.quote(`$ mlops-actions registry ${words.join(" ")}`, stdout || stderr);
  }
  return {
    repository: name,
    stopped,
    reviewed,
    merged: better.number,
    made,
    refusal: refused.status === 3 ? refused.stderr : undefined,
    releases: await readReleases(box),
    history: await readHistory(registry),
    recorded: python.kind === "absent" ? await recordedDigests(examples) : undefined,
  };
}

/** Rows that the rules refuse: the change is stopped before anything is made of them. */
async function tellBadRows(
  change: Change,
  {
    box,
    repository,
    happens,
    story,
  }: { box: GitHubBox; repository: GitRepository; happens: Happening; story: Story },
): Promise<Stopped> {
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

/** The first lines of a comment: what is wrong, and where. */
function tableOf(body: string): string {
  return body
    .replace(/^<!--.*?-->\n/s, "")
    .split("\n\n", 2)
    .join("\n\n");
}

function skippedOf(run: PlayedRun): string[] {
  return run.jobs.filter(({ result }) => result === "skipped").map(({ job }) => job.id);
}

/** Where the jobs find `python`: what was installed, or what stands in for it. */
function pathOf(python: Python, example: string, { PATH = "" }: NodeJS.ProcessEnv): string {
  const first = python.kind === "ready" ? dirname(python.command) : join(example, "recorded/bin");
  return [first, PATH].join(delimiter);
}

async function tellTraining(python: Python, example: string, story: Story): Promise<void> {
  if (python.kind === "ready") {
    story.say(`Every model is trained here, with Python ${python.version}, and kept as ONNX.`);
    return;
  }
  const madeWith = (await readFile(join(example, "recorded/made-with.txt"), "utf8")).trim();
  story.say(
    `NOT TRAINED HERE: ${python.why}. recorded/bin/python stands in for Python and hands out the model that was recorded from exactly this train.py, with ${madeWith}.`,
  );
}

function tellJobs(run: PlayedRun, story: Story): void {
  story.table([
    ["job", "seconds", "its token may", "what it says"],
    ...run.jobs.map(({ job, result, seconds }) => [
      job.name,
      result === "skipped" ? "-" : seconds.toFixed(1),
      Object.entries(job.permissions)
        .map(([name, level]) => `${level} ${name}`)
        .join(", "),
      `${result === "failure" ? "FAILED: " : ""}${saidBy(run, job.id)}`,
    ]),
  ]);
}

async function tellDispatch(happens: Happening, sha: string, version: string, story: Story): Promise<void> {
  await using run = await happens.dispatched(sha, { version, environment: "production" });
  const step = run.job("promote").steps.at(-1);
  const said = step?.stdout || step?.stderr || "";
  story.quote(`$ gh workflow run model-promote${version && ` -f version=${version}`}`, said);
}
