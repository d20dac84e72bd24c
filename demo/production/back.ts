import { pullMain } from "../hosting.ts";
import { MODEL } from "../release/example.ts";
import { tellJobs } from "../release/jobs.ts";
import type { Scene } from "../release/scene.ts";
import { type Rollout, rolloutOf } from "./rollout.ts";

/** Somebody wants the version before back: one run, which asks nobody. */
export async function tellBack(scene: Scene): Promise<Rollout> {
  const { box, repository, happens, registry, serving, story } = scene;
  story.chapter("Back, by hand: one run, which asks nobody");
  const main = await pullMain(box, repository);
  await serving.open();
  await using run = await story.during("$ gh workflow run rollback", () => happens.rolledBack(main));
  tellJobs(run, story);
  const step = run.job("rollback").steps.at(-1);
  if (step === undefined) throw new Error("nothing was rolled back");
  const back = await rolloutOf(step, { answered: {}, failed: 0 }, box);
  for (const words of [
    ["show", MODEL],
    ["history", MODEL],
  ]) {
    const { stdout, stderr } = await registry(...words);
    story.quote(`$ mlops-actions registry ${words.join(" ")}`, stdout || stderr);
  }
  return back;
}
