import { globSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { REPOSITORY } from "../terminal/command.ts";
import { two } from "../workflows/models.ts";
import { recorded } from "./census.ts";
import { type Action, type BuiltActions, builtActions, pipeline, type Rights, type Run } from "./pipeline.ts";

let built: BuiltActions;
beforeAll(async () => {
  built = await builtActions();
});
afterAll(() => built?.[Symbol.asyncDispose]());

/** The actions in their own folders, and what the root's action calls the same. */
const STAGES = {
  "data-validate": { stages: "validate", rights: "evaluate" },
  train: { stages: "train", rights: "train" },
  "evaluate-gate": { stages: "evaluate", rights: "evaluate" },
  "register-model": { stages: "register", rights: "register" },
  "deploy-canary": { stages: "deploy", rights: "deploy" },
  "drift-check": { stages: "drift", rights: "drift" },
} as const satisfies Partial<Record<Action, { stages: string; rights: Rights }>>;
type Own = keyof typeof STAGES;

/** Two models whose drift is looked for in the rows that they were made of; those are few. */
const FILES = Object.fromEntries(
  Object.entries(two()).map(([path, content]) => [
    path,
    path.endsWith("mlops.yml")
      ? `${String(content).replace("baseline: production", "baseline: staging")}drift: { current: data/train.csv, reference: staging }\n`
      : content,
  ]),
);

/** All stages of one model, each in a job of its own. @returns what each has put out */
async function throughAll(run: Run, model: string, from: "folder" | "root") {
  const step = async (action: Own, told: Readonly<Record<string, string | undefined>> = {}) => {
    const { stages, rights } = STAGES[action];
    const inputs = { project: `models/${model}`, ...told, ...(from === "root" && { stages }) };
    const done = await run.job(from === "root" ? "root" : action, { rights, inputs });
    expect([action, done.exitCode, done.stderr]).toEqual([action, 0, ""]);
    return done.outputs;
  };
  const validate = await step("data-validate");
  const train = await step("train");
  const { candidate } = train;
  const evaluate = await step("evaluate-gate", { candidate, validation: validate["evidence-digest"] });
  const register = await step("register-model", {
    candidate,
    "evidence-digest": evaluate["evidence-digest"],
  });
  const { version } = register;
  const deploy = await step("deploy-canary", { environment: "staging", version });
  return { validate, train, evaluate, register, deploy, drift: await step("drift-check") };
}

test("every action is there both ways", () => {
  const folders = globSync("actions/*/action.yml", { cwd: REPOSITORY }).map((path) => path.split("/")[1]);
  expect(folders.sort()).toEqual(Object.keys(STAGES).sort());
});

test("all six actions do the same from their own folders and from the root, for two models of one repository", async () => {
  await using here = await pipeline(built, FILES);
  const released = async (from: "folder" | "root", version: string, title: RegExp) => {
    const run = here.run(await here.main());
    await Promise.all(
      ["adult", "census"].map(async (model) =>
        expect(await throughAll(run, model, from)).toMatchObject({
          validate: { verdict: "pass", "evidence-digest": expect.stringMatching(/^[0-9a-f]{64}$/) },
          train: {
            verdict: "pass",
            candidate: expect.stringMatching(`^mlops-candidate-${model}\\b.*@sha256:`),
          },
          evaluate: { verdict: "pass", title: expect.stringMatching(title) },
          register: { version, tag: `${model}@v${version}`, how: "published" },
          deploy: { version, state: "live", live: version },
          drift: { severity: "unclear", retrain: "false" },
        }),
      ),
    );
  };
  await released("folder", "1.0.0", /first version/);
  await here.pushMain({
    "models/adult/made.onnx": recorded("better"),
    "models/census/made.onnx": recorded("looks-different"),
  });
  await released("root", "1.1.0", /^pass(, not better)?: auc/);
});
