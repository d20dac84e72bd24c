import { join } from "node:path";
import { type PullRequest, push } from "@mlops-actions/testkit";
import type { Change } from "../change.ts";
import { readChanges } from "../example.ts";
import { OWNER, pullMain, revert } from "../hosting.ts";
import { tellBack } from "../production/back.ts";
import { tellDrift } from "../production/drift.ts";
import type { Crowd } from "../production/people.ts";
import type { Telling } from "../verdicts.ts";
import { BAD_ROWS, BRANCHES, BREAKS, MODEL, recordedDigests } from "./example.ts";
import { tellFirstVersion } from "./first-version.ts";
import { type Made, make } from "./make.ts";
import type { ReleasePart } from "./part.ts";
import { tellBadRows, tellPullRequest } from "./pull-requests.ts";
import { readHistory, readReleases } from "./registry.ts";
import { openScene, type Scene } from "./scene.ts";

/** The second part: from training to those who ask, and back. */
export async function tellRelease(telling: Telling): Promise<ReleasePart> {
  const { root, python, story } = telling;
  const example = join(root, "examples", MODEL);
  const changes = await readChanges(example, BRANCHES);
  const bad = only(await readChanges(example, BAD_ROWS));
  const breaking = only(await readChanges(example, BREAKS));
  await using scene = await openScene(telling, [bad, ...changes, breaking]);
  const { box, repository, registry, examples } = scene;

  const first = await tellFirstVersion(scene);
  const stopped = await tellBadRows(scene, bad);
  const told: Awaited<ReturnType<typeof tellPullRequest>>[] = [];
  for (const change of changes) {
    const number = `${told.length + 1} of ${changes.length}`;
    story.chapter(`${number}: ${change.author.name} proposes "${change.title}"`);
    told.push(await tellPullRequest(scene, change));
  }

  const better = told[0] ?? raise();
  story.chapter(
    `#${better.pull.number} is merged: the model that was reviewed becomes a version, and takes over step by step`,
  );
  story.say(
    "Nothing is trained again. A tenth of those who ask are answered by the new version, then half, then all; each person sees one version. Before each step both are compared by what they did in the same seconds.",
  );
  story.pause();
  const second = await makeOfMerge(scene, better.pull, "everybody");

  story.chapter(`Bad only in production: ${breaking.author.name} proposes "${breaking.title}"`);
  await pullMain(box, repository);
  const broken = await tellPullRequest(scene, breaking);
  story.pause();
  story.say(
    `On the 16,281 test rows it is better than production, and #${broken.pull.number} is merged. But its encoder, as scikit-learn has it by default, raises an error for a value it has not learned. The test rows have none; of those who ask now, one in ten is from Brazil.`,
  );
  story.pause();
  const third = await makeOfMerge(scene, broken.pull, "new-country");

  const refusal = await tellRefusal(scene);
  await tellRevert(scene, breaking, broken.pull.number);

  const drift = await tellDrift(scene);
  const back = await tellBack(scene);
  return {
    repository: `${box.owner}/${box.repo}`,
    stopped,
    reviewed: told.map(({ reviewed }) => reviewed),
    broken: broken.reviewed,
    merged: [better.pull.number, broken.pull.number],
    made: [first, second, third, drift.retrained],
    drift,
    back,
    refusal,
    releases: await readReleases(box),
    history: await readHistory(registry),
    recorded: python.kind === "absent" ? await recordedDigests(examples) : undefined,
  };
}

async function makeOfMerge(scene: Scene, pull: PullRequest, crowd: Crowd): Promise<Made> {
  const { happens } = scene;
  const merge = await happens.merged(pull);
  return make(scene, {
    saying: "model-release runs on the merge",
    crowd,
    start: () => happens.pushed(merge),
  });
}

/** A version that was rolled back stays so, whoever wants it live. @returns what promoting it was refused with */
async function tellRefusal({ registry, story }: Scene): Promise<string | undefined> {
  story.pause();
  story.say(
    "Nobody brings it back by hand. Anybody who may push can push a tag, so one counts only where GitHub knows the run that made it. At a terminal the command refuses, before anything is written:",
  );
  const words = ["promote", `${MODEL}@1.2.0`, "--to", "production"];
  const { status, stdout, stderr } = await registry(...words);
  story.quote(`$ mlops-actions registry ${words.join(" ")}`, stderr || stdout);
  return status === 3 ? stderr : undefined;
}

/** The change goes from main as well. */
async function tellRevert({ box, repository, story }: Scene, change: Change, number: number): Promise<void> {
  await pullMain(box, repository);
  await revert(repository, change);
  await push(box, repository, { token: OWNER });
  story.pause();
  story.say(
    `${change.author.name} reverts #${number}, with [skip ci]: main makes 1.1.0 again, and that is what lives.`,
  );
}

function only<T>([one]: readonly T[]): T {
  return one ?? raise();
}

function raise(): never {
  throw new Error("the example has not all of its changes");
}
