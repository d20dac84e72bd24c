import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gitIn, temporaryFolder } from "@mlops-actions/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { census } from "./census.ts";
import { type BuiltActions, builtActions, pipeline, plan } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const PROGRAMS = ["python", "python3", "sh", "bash", "node", "git-lfs", "conda", "uv"];
const HOOKS = ["post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor"];

test("whoever judges and registers a model runs nothing of its project", async () => {
  await using traps = await temporaryFolder("traps");
  const marks = join(traps.path, "marks");
  await mkdir(marks);
  const mark = (name: string) => `#!/bin/sh\n: > ${join(marks, name)}\nexit 1\n`;
  const shims = join(traps.path, "bin");
  await mkdir(shims);
  for (const name of PROGRAMS) {
    await writeFile(join(shims, name), mark(name));
    await chmod(join(shims, name), 0o755);
  }
  const trap = mark("predict");
  const files = census(
    {
      "train.sh": `: > ${join(marks, "train")}\ncp made.onnx out/model.onnx\n`,
      "fetch.sh": `: > ${join(marks, "fetch")}\n`,
      "predict.py": trap,
      "sitecustomize.py": trap,
      "package.json": JSON.stringify({ scripts: { preinstall: `: > ${join(marks, "npm")}` } }),
      ".gitattributes": "*.csv filter=trap diff=trap\n*.yml filter=trap\n",
      ".npmrc": "node-options=--require ./trap.cjs\n",
      "trap.cjs": `require("node:fs").writeFileSync(${JSON.stringify(join(marks, "required"))}, "")\n`,
      ...Object.fromEntries(HOOKS.map((name) => [`hooks/${name}`, mark(name)])),
    },
    { "  key: id\n": "  key: id\n  fetch: sh fetch.sh\n" },
  );
  await using here = await pipeline(built, files);
  const marked = () => readdir(marks);

  // The workspace of a machine that lives on: what an earlier job has left in its configuration lies in wait, too.
  const before = async (workspace: string) => {
    const git = gitIn(workspace, process.env);
    for (const name of HOOKS) await chmod(join(workspace, "hooks", name), 0o755);
    for (const [key, value] of [
      ["core.hooksPath", "hooks"],
      ["core.fsmonitor", join(workspace, "hooks/fsmonitor")],
      ...["clean", "smudge", "process"].map((how) => [`filter.trap.${how}`, `: > ${join(marks, how)}; cat`]),
      ["diff.trap.textconv", `: > ${join(marks, "textconv")}; cat`],
      ["diff.external", `: > ${join(marks, "external")}`],
    ])
      await git.bytes(["config", key ?? "", value ?? ""]);
    // As if it were older than the index: Git must look at every file again.
    await writeFile(join(workspace, "mlops.yml"), await readFile(join(workspace, "mlops.yml")));
  };
  const env = { PATH: `${shims}:${process.env.PATH}` };

  const run = here.run(await here.main());
  const train = await run.job("train", { rights: "train" });
  expect((await marked()).sort()).toEqual(["fetch", "train"]);
  for (const name of await marked()) await rm(join(marks, name));

  const candidate = train.outputs.candidate ?? "";
  const job = { env, before };
  const evaluate = await run.job("evaluate-gate", { ...job, rights: "evaluate", inputs: { candidate } });
  expect([evaluate.outputs.verdict, await marked()]).toEqual(["pass", []]);
  const register = await run.job("register-model", {
    ...job,
    rights: "register",
    inputs: { candidate, "evidence-digest": evaluate.outputs["evidence-digest"] },
  });
  expect([register.outputs.version, await marked()]).toEqual(["1.0.0", []]);

  const pull = await here.propose("change", { "train.sh": `${files["train.sh"]}# again\n` });
  const review = here.runOn(pull);
  const trained = await review.job("train", { rights: "train" });
  for (const name of await marked()) await rm(join(marks, name));
  const gate = await review.job("evaluate-gate", {
    ...job,
    rights: "review",
    inputs: { candidate: trained.outputs.candidate },
  });
  const planned = await plan(here.run(await here.merge(pull)), job);
  expect([gate.outputs.verdict, planned.outputs.affected, await marked()]).toEqual(["pass", '["."]', []]);
});

test.concurrent("what waits in the merge queue is not trained once more", async () => {
  await using here = await pipeline(built, census());
  const { payload } = await here.main();
  const planned = await plan(here.run({ name: "merge_group", payload }));
  expect([planned.exitCode, planned.outputs.affected, planned.outputs.candidates]).toEqual([0, "[]", "{}"]);
});
