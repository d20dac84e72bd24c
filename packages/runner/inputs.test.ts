import { expect, test } from "vitest";
import { readInputs, secretsOf } from "./inputs.ts";

const specs = {
  project: { description: "Folder", as: "path", default: "." },
  "changed-only": { description: "Flag", as: "flag", default: "true" },
  token: { description: "Token", as: "secret", default: `\${{ github.token }}` },
  stages: { description: "List", as: "list" },
  model: { description: "Name", as: "text", required: true },
} as const;

test("inputs are read as the runner hands them over: upper case, hyphens kept", () => {
  const read = readInputs(specs, {
    INPUT_PROJECT: " models/a ",
    "INPUT_CHANGED-ONLY": "False",
    INPUT_TOKEN: "t",
    INPUT_STAGES: "train, evaluate\nregister",
    INPUT_MODEL: "census",
  });
  expect(read).toEqual({
    project: "models/a",
    changedOnly: false,
    token: "t",
    stages: ["train", "evaluate", "register"],
    model: "census",
  });
});

test("what is absent or empty is its default, or undefined; an expression that nobody filled in is no value", () => {
  expect(readInputs(specs, { INPUT_MODEL: "m", INPUT_STAGES: "" })).toEqual({
    project: ".",
    changedOnly: true,
    token: undefined,
    stages: undefined,
    model: "m",
  });
});

test("a missing required input names itself and the way out", () => {
  expect(() => readInputs(specs, {})).toThrow(
    expect.objectContaining({
      code: "input",
      message: "The input `model` is required",
      remedy: expect.stringContaining("with:"),
    }),
  );
});

test("a flag that is neither true nor false names the input and the value", () => {
  expect(() => readInputs(specs, { INPUT_MODEL: "m", "INPUT_CHANGED-ONLY": "yes" })).toThrow(
    "The input `changed-only` is `yes`, not `true` or `false`",
  );
});

test("secrets can be masked before anything is read", () => {
  expect(secretsOf(specs, { INPUT_TOKEN: "abc" })).toEqual(["abc"]);
});
