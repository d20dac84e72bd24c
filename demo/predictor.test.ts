import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { BRANCHES, readChanges } from "./example.ts";
import { choosePredictor } from "./predictor.ts";
import { preparePython } from "./python.ts";
import { recordedPredictions } from "./recorded.ts";
import { tell } from "./story.ts";

const examples = resolve(import.meta.dirname, "../examples");
const example = join(examples, "census-income");
const requirements = join(examples, "census-model/requirements.txt");

// What is said, and the predictions for the first change, on a machine whose only programs are these.
async function predictedWith(programs: Record<string, string>, folder: Folder) {
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder.path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder.path, name), 0o755);
  }
  let said = "";
  const write = (text: string) => {
    said += text.replaceAll(/\s+/g, " ");
  };
  const story = tell({ write, color: false, unicode: true, width: 100, now: () => 0 });
  const [change] = await readChanges(example, BRANCHES);
  if (change === undefined) throw new Error("the example has no change");
  const work = join(folder.path, "work");
  const env = { PATH: folder.path };
  const python = await preparePython({ usePython: true, requirements, work, env, story });
  const predictor = await choosePredictor({ example, python, env, story });
  return { predictions: await predictor(change, folder.path), said: () => said };
}

test.skipIf(process.platform === "win32").each([
  ["there is no Python 3.11 or newer", {}],
  ["has Python 3.9.2, and the examples need Python 3.11", { python3: "echo 3.9.2" }],
  [
    "venv failed (No module named venv)",
    { python3: '[ "$1" = -c ] && echo 3.12.0 || { echo No module named venv >&2; exit 1; }' },
  ],
])("the recorded predictions are used where %s", async (why, programs) => {
  await using folder = await temporaryFolder("machine");
  const { predictions, said } = await predictedWith(programs, folder);
  expect(predictions).toEqual(await recordedPredictions(example, "better"));
  expect(said()).toContain("NOT TRAINED HERE");
  expect(said()).toContain(why);
});

test("recorded predictions that were altered are refused", async () => {
  await using folder = await temporaryFolder("example");
  await mkdir(join(folder.path, "recorded"));
  for (const name of ["SHA256SUMS", "better.csv.gz"])
    await writeFile(join(folder.path, "recorded", name), await readFile(join(example, "recorded", name)));
  await expect(recordedPredictions(folder.path, "better")).resolves.toHaveLength(
    (await recordedPredictions(example, "better")).length,
  );
  await writeFile(join(folder.path, "recorded/better.csv.gz"), "something else");
  await expect(recordedPredictions(folder.path, "better")).rejects.toThrow("SHA256SUMS");
});

test("what one example needs is installed with what the other needs", async () => {
  const of = async (path: string) => (await readFile(path, "utf8")).trim().split("\n");
  expect(await of(requirements)).toEqual(expect.arrayContaining(await of(join(example, "requirements.txt"))));
});
