import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { census, recorded } from "./census.ts";
import { type BuiltActions, builtActions, judgeAndRegister, pipeline, tokenOf } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

const TRAIN = "cp made.onnx out/model.onnx\n";

test.concurrent("a training that looks around finds no token, and its output commands nobody", async () => {
  const commands = [
    "::set-output name=candidate::forged",
    "::add-mask::census",
    "::error file=mlops.yml::owned",
    "::stop-commands::x",
    "  ::warning::owned",
    "##[error]owned",
    "##vso[task.setvariable variable=a]b",
    "a\\r::notice::owned",
    "\\033[2K::debug::owned",
  ];
  const script = `{ tr '\\0' '\\n' < /proc/$PPID/environ; env; git config --list; cat .git/config; } > out/found.txt
${commands.map((command) => `printf '%b\\n' '${command}'; printf '%b\\n' '${command}' >&2`).join("\n")}
[ -z "$GITHUB_OUTPUT" ] || echo candidate=forged >> "$GITHUB_OUTPUT"
${TRAIN}`;
  await using here = await pipeline(built, census({ "train.sh": script }));
  let found = "";
  const train = await here.run(await here.main()).job("train", {
    rights: "train",
    env: { TEAM_SECRET: "hunter2-hunter2" },
    after: async (workspace) => {
      found = await readFile(join(workspace, "out/found.txt"), "utf8");
    },
  });
  expect(train).toMatchObject({ exitCode: 0, annotations: [], environment: {}, path: [], state: {} });
  expect(train.outputs.candidate).toMatch(/^mlops-candidate-census@sha256:[0-9a-f]{64}$/);
  // What the official artifact library masks are the signatures of its addresses.
  expect(train.maskedValues.filter((value) => value === "census")).toEqual([]);
  expect(train.debug.join("\n")).not.toContain("owned");
  expect(train.stdout).toContain("owned");
  expect(found).toContain("PATH=");
  expect(found).not.toMatch(/^(INPUT_|ACTIONS_|GITHUB_|RUNNER_|TEAM_SECRET)/m);
  expect(found + train.summary).not.toMatch(/hunter2|Actions\.Results/);
  expect(found + train.stdout + train.stderr + train.summary).not.toContain(tokenOf("train"));
});

test.concurrent("a candidate that was replaced is refused by its digest, by the gate and by the registration", async () => {
  await using here = await pipeline(built, census());
  const run = here.run(await here.main());
  const train = await run.job("train", { rights: "train" });
  const candidate = train.outputs.candidate ?? "";
  const judged = await run.job("evaluate-gate", { rights: "evaluate", inputs: { candidate } });

  // Another whole candidate, well formed, in its place.
  const other = here.runOn(await here.propose("worse", { "made.onnx": recorded("worse") }));
  const theirs = await other.job("train", { rights: "train" });
  const all = await here.artifacts();
  const of = (id: number) =>
    all.find(({ name, workflow_run }) => name === "mlops-candidate-census" && workflow_run.id === id)?.id ??
    0;
  const bytes = await here.artifactFiles(of(other.id));
  await here.ask("DELETE", `/actions/artifacts/${of(run.id)}`);
  await here.upload(run, "mlops-candidate-census", bytes);

  const digests = [candidate, theirs.outputs.candidate ?? ""].map((handle) => handle.split(":")[1] ?? "");
  const gate = await here.run(await here.main(), { runId: run.id, attempt: 2 }).job("evaluate-gate", {
    rights: "evaluate",
    inputs: { candidate },
  });
  const register = await run.job("register-model", {
    rights: "register",
    inputs: { candidate, "evidence-digest": judged.outputs["evidence-digest"] },
  });
  for (const done of [gate, register]) {
    expect(done).toMatchObject({ exitCode: 3, outputs: { verdict: "error" } });
    for (const digest of digests) {
      expect(done.annotations[0]?.message).toContain(digest);
      expect(done.summary).toContain(digest);
    }
  }
  expect(await here.ask("GET", "/releases")).toEqual([]);
});

test.concurrent("a candidate's name that was taken before costs the candidate, never the judgement", async () => {
  await using here = await pipeline(built, census());
  const run = here.run(await here.main());
  await here.upload(run, "mlops-candidate-census", { "model.onnx": recorded("better") });
  const train = await run.job("train", { rights: "train" });
  expect(train).toMatchObject({ exitCode: 3 });
  expect(train.outputs.candidate ?? "").toBe("");
  expect(train.annotations.map(({ message }) => message).join()).toContain("could not be uploaded");
  const evaluate = await run.job("evaluate-gate", {
    rights: "evaluate",
    inputs: { candidate: train.outputs.candidate },
  });
  expect(evaluate.outputs.title).toMatch(/^could not judge: /);
});

test.concurrent("a forged evaluation that says `pass` registers nothing", async () => {
  const impossible = { "- auc >= 0.7": "- auc >= 0.97" };
  await using honest = await pipeline(built, census());
  await using here = await pipeline(built, census({}, impossible));
  const fine = honest.run(await honest.main());
  const trained = await fine.job("train", { rights: "train" });
  const passed = await fine.job("evaluate-gate", {
    rights: "evaluate",
    inputs: { candidate: trained.outputs.candidate },
  });
  const run = here.run(await here.main());
  const train = await run.job("train", { rights: "train" });
  // While it trains, it takes the name that the evaluation's evidence will have.
  await here.upload(run, "mlops-evaluate-census", {
    "evidence.json": await readFile(passed.outputs.evidence ?? ""),
  });
  const { evaluate, register } = await judgeAndRegister(run, train.outputs.candidate ?? "");
  expect(evaluate).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
  expect(evaluate.annotations.map(({ title }) => title)).toContain("The artifact was not written");
  expect(register).toMatchObject({ exitCode: 3, outputs: { version: "" } });
  for (const { outputs } of [passed, evaluate])
    for (const text of [register.annotations[0]?.message, register.summary])
      expect(text).toContain(outputs["evidence-digest"]);
  expect(await here.ask("GET", "/releases")).toEqual([]);

  // In a later attempt its own name is looked for first, and what is wrong there is said.
  const again = here.run(await here.main(), { runId: run.id, attempt: 2 });
  await here.upload(again, "mlops-evaluate-census-2", { "evidence.json": "{}" });
  const late = await again.job("register-model", {
    rights: "register",
    inputs: { candidate: train.outputs.candidate, "evidence-digest": "a".repeat(64) },
  });
  expect(late.annotations[0]?.message).toMatch(/The evidence of the evaluation is [0-9a-f]{64}/);
});
