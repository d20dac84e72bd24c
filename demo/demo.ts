import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { concludeRelease, concludeVerdicts } from "./conclusion.ts";
import { renderPage } from "./page/page.ts";
import { preparePython } from "./python.ts";
import { tellRelease } from "./release/release.ts";
import { heldBack, type Terminal, tell } from "./story.ts";
import { tellVerdicts } from "./verdicts.ts";

export interface DemoOptions {
  /** The repository of mlops-actions. */
  root: string;
  usePython: boolean;
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
}

/** The whole story. @returns whether all came as expected, for the right reasons */
export async function demo({ root, usePython, env, terminal }: DemoOptions): Promise<boolean> {
  const story = tell(terminal);
  story.title("Four people propose a change to a model. Which of the changes may be merged?");
  story.say(
    "The model says who earns more than $50,000 a year (UCI Adult, 16,281 people to test on). GitHub is played by a small server on this machine; the actions are the built ones, as they are shipped.",
  );
  const python = await preparePython({
    usePython,
    requirements: join(root, "examples/census-model/requirements.txt"),
    work: join(root, "demo/.work"),
    env,
    story,
  });
  const telling = { root, python, env, terminal, story };
  // Both mostly wait: the actions write a second apart, as GitHub asks. So the second happens while the first is told.
  const second = heldBack(terminal);
  const releasing = tellRelease({ ...telling, terminal: second.terminal, story: tell(second.terminal) });
  releasing.catch(() => {});
  const verdicts = await tellVerdicts(telling);
  const isJudgedRight = concludeVerdicts(verdicts.reviewed, story);

  story.title("A merge becomes a version. Can it be trusted, and can it be taken back?");
  second.open();
  const release = await releasing;
  const isReleasedRight = concludeRelease(release, story);

  const page = join(root, "demo/index.html");
  await writeFile(page, await renderPage({ verdicts, release }));
  story.chapter("All of it as people see it on GitHub");
  story.say(page);
  return isJudgedRight && isReleasedRight;
}
