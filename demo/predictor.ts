import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Change, ChangeName } from "./change.ts";
import { runProgram } from "./program.ts";
import type { Python } from "./python.ts";
import { recordedPredictions } from "./recorded.ts";
import type { Story } from "./story.ts";

/** Where the predictions of a changed model come from: `folder` is a working copy on the branch of the change. */
export type Predictor = (change: Change<ChangeName>, folder: string) => Promise<Uint8Array>;

/** Trains on the spot where that is possible, else takes what was recorded, and says which and why. */
export async function choosePredictor(options: {
  example: string;
  python: Python;
  env: NodeJS.ProcessEnv;
  story: Story;
}): Promise<Predictor> {
  const { example, python, env, story } = options;
  const recorded: Predictor = async ({ name }) => {
    const predictions = await recordedPredictions(example, name);
    story.say(`Its predictions: recorded/${name}.csv.gz, SHA-256 as in SHA256SUMS.`);
    return predictions;
  };
  if (python.kind === "absent") {
    const madeWith = (await readFile(join(example, "recorded/made-with.txt"), "utf8")).trim();
    story.say(
      `NOT TRAINED HERE: ${python.why}. The demo takes the predictions that were recorded from the same train.py, with ${madeWith}.`,
    );
    return recorded;
  }
  story.say(`The models are trained here, with Python ${python.version} and what requirements.txt pins.`);
  return async (change, folder) => {
    const result = await story.during("train.py learns and predicts", () =>
      trained(python.command, folder, env),
    );
    if (result.kind === "failed") {
      story.say(`train.py failed: ${result.why}. The recorded predictions are used instead.`);
      return recorded(change, folder);
    }
    story.say(`"${result.said}"`);
    return result.predictions;
  };
}

type Trained = { kind: "trained"; predictions: Uint8Array; said: string } | { kind: "failed"; why: string };

async function trained(python: string, folder: string, env: NodeJS.ProcessEnv): Promise<Trained> {
  const { status, stdout, lastWords } = await runProgram(python, ["train.py"], { cwd: folder, env });
  if (status !== 0) return { kind: "failed", why: lastWords };
  const predictions = await readFile(join(folder, "predictions/candidate.csv"));
  return { kind: "trained", predictions, said: stdout.trim() };
}
