import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { push } from "@mlops-actions/testkit";
import { OWNER, RELEASES } from "../hosting.ts";
import type { Python } from "../python.ts";
import type { Story } from "../story.ts";
import { MODEL } from "./example.ts";
import { type Made, make } from "./make.ts";
import type { Scene } from "./scene.ts";

/** The first push makes a version, which lives in production at once. */
export async function tellFirstVersion(scene: Scene): Promise<Made> {
  const { box, repository, happens, story, python, examples } = scene;
  story.chapter("An empty registry, and a first version");
  story.say(
    `${box.owner}/${box.repo}: the same question, but here mlops.yml also says how the model is trained, how a version reaches those who ask, and what is watched then. Its workflows are played job by job, each job on a clean checkout, with a token that may do what its \`permissions:\` say and nothing else. No version exists yet. One thing is not as mlops.yml has it: a minute of a rollout takes a second here, and a day between two checks twenty.`,
  );
  await tellTraining(python, join(examples, MODEL), story);
  story.pause();
  await push(box, repository, { token: OWNER });
  const sha = await repository.revision();
  const first = await make(scene, {
    saying: "model-release runs on the push to main",
    crowd: "everybody",
    start: () => happens.pushed(sha),
  });
  story.pause();
  story.say(
    `Before the job Production GitHub asks ${RELEASES}, who lets it in and starts \`mlops-actions serve\`. Nothing lived there before, so nothing has to be compared.`,
  );
  return first;
}

async function tellTraining(python: Python, example: string, story: Story): Promise<void> {
  if (python.kind === "ready") {
    story.say(`Every model is trained here, with Python ${python.version}, and kept as ONNX.`);
    return;
  }
  const madeWith = (await readFile(join(example, "recorded/made-with.txt"), "utf8")).trim();
  story.say(
    `NOT TRAINED HERE: ${python.why}. recorded/bin/python stands in for Python and hands out the model that was recorded from exactly this train.py and these rows, with ${madeWith}.`,
  );
}
