import { expect, test } from "vitest";
import { temporaryFolder } from "../repository/folder.ts";
import { writeFiles } from "../repository/git-repository.ts";
import { expand, inputVariable, readActionFile } from "./action-file.ts";

const OPEN = "${".concat("{");

test("an input's variable keeps its hyphens", () => {
  expect([inputVariable("fail-on"), inputVariable("My input")]).toEqual(["INPUT_FAIL-ON", "INPUT_MY_INPUT"]);
});

test("a default names what the runner knows, and nothing else", () => {
  const contexts = { "github.token": "t0", "github.repository": "a/b" };
  expect(expand(`${OPEN} github.token }} of ${OPEN}github.repository}}`, contexts)).toBe("t0 of a/b");
  expect(expand("plain", contexts)).toBe("plain");
  expect(() => expand(`${OPEN} secrets.KEY }}`, contexts)).toThrow("secrets.KEY");
});

test("defaults become texts, and an action without a script is refused", async () => {
  await using folder = await temporaryFolder("action");
  await writeFiles(folder.path, {
    "action.yml":
      "inputs: { a: { default: true }, b: { required: true }, c: }\nruns: { using: node24, main: x.js }",
    "composite/action.yml": "runs: { using: composite, steps: [] }",
  });
  expect(await readActionFile(folder.path)).toEqual({
    using: "node24",
    main: "x.js",
    inputs: { a: { default: "true" }, b: { required: true }, c: {} },
  });
  await expect(readActionFile(`${folder.path}/composite`)).rejects.toThrow("no runs.main");
});
