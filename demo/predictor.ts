import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Change } from "./change.ts";
import { runProgram } from "./program.ts";
import { findPython, makeEnvironment, type Python } from "./python.ts";
import { recordedPredictions } from "./recorded.ts";
import type { Story } from "./story.ts";

/** Where the predictions of a changed model come from: `folder` is a working copy on the branch of the change. */
export type Predictor = (change: Change, folder: string) => Promise<Uint8Array>;

/** Trains on the spot where that is possible, else takes what was recorded, and says which and why. */
export async function choosePredictor(options: {
  example: string;
  work: string;
  usePython: boolean;
  story: Story;
}): Promise<Predictor> {
  const { example, work, usePython, story } = options;
  const recorded: Predictor = async ({ name }) => {
    const predictions = await recordedPredictions(example, name);
    story.say(`predictions/candidate.csv: recorded/${name}.csv.gz, whose SHA-256 is the one in SHA256SUMS`);
    return predictions;
  };
  const python = usePython ? await pythonFor(example, work, story) : OFF;
  if (python.kind === "absent") {
    story.say(
      `Nothing is trained here: ${python.why}. Instead the demo takes the predictions that the example's own train.py made earlier (${(await readFile(join(example, "recorded", "made-with.txt"), "utf8")).trim()}).`,
    );
    return recorded;
  }
  story.say(`Ready: Python ${python.version} with the versions that requirements.txt pins.`);
  return async (change, folder) => {
    try {
      return await story
        .during(
          "train.py learns and predicts",
          () => trained(python.command, folder),
          ({ said }) => said,
        )
        .then(({ predictions }) => predictions);
    } catch (error) {
      if (!(error instanceof TrainingFailed)) throw error;
      story.say(`train.py failed: ${error.message}. The recorded predictions are used instead.`);
      return recorded(change, folder);
    }
  };
}

const OFF: Python = { kind: "absent", why: "--no-python was given" };

async function pythonFor(example: string, work: string, story: Story): Promise<Python> {
  const python = await findPython(example);
  if (python.kind === "absent") return python;
  return makeEnvironment({
    python,
    folder: join(work, "python"),
    requirements: join(example, "requirements.txt"),
    onProgress: (text) => story.say(text),
  });
}

class TrainingFailed extends Error {}

async function trained(python: string, folder: string): Promise<{ predictions: Uint8Array; said: string }> {
  const { status, stdout, lastWords } = await runProgram(python, ["train.py"], { cwd: folder });
  if (status !== 0) throw new TrainingFailed(lastWords);
  return { predictions: await readFile(join(folder, "predictions/candidate.csv")), said: stdout.trim() };
}
