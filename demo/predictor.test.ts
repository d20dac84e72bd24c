import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Folder, temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { readChanges } from "./example.ts";
import { choosePredictor } from "./predictor.ts";
import { recordedPredictions } from "./recorded.ts";
import { tell } from "./story.ts";

const example = resolve(import.meta.dirname, "../examples/census-income");

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
  const [change] = await readChanges(example);
  if (change === undefined) throw new Error("the example has no change");
  const work = join(folder.path, "work");
  const env = { PATH: folder.path };
  const predictor = await choosePredictor({ example, work, usePython: true, env, story });
  return { predictions: await predictor(change, folder.path), said: () => said };
}

test.skipIf(process.platform === "win32").each([
  ["there is no Python 3.11 or newer", {}],
  ["has Python 3.9.2, and the example needs Python 3.11", { python3: "echo 3.9.2" }],
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
