import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { section } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { LEAST } from "./least.ts";
import { loadProject } from "./load.ts";
import { schemaText, sections } from "./schema.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = (await readdir(`${root}examples`, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `examples/${name}`);
const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(schemaText()),
);

test("the committed schema is the generated one: run `node scripts/schema.ts`", async () => {
  expect(await readFile(`${root}mlops.schema.json`, "utf8")).toBe(schemaText());
});

test("there are examples", () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
});

test.each(examples)("%s is valid by the schema and for the loader", async (path) => {
  const isValid = validate(parse(await readFile(`${root}${path}/mlops.yml`, "utf8")));
  expect(validate.errors ?? []).toEqual([]);
  expect(isValid).toBe(true);
  const stage = { name: "evaluate", section, policy: [] } as const;
  const loaded = await loadProject({ stage, head: workingTree(root), path, root });
  // census-model borrows the data of census-income when it is a repository of its own, as its README says.
  if (path === "examples/census-model")
    expect(loaded).toMatchObject({ kind: "fault", error: { code: "no-such-file", at: { line: 7 } } });
  else expect(loaded).toMatchObject({ kind: "project", project: { path } });
});

test("what is shown for a missing section is valid, and there is one for each", () => {
  expect(Object.keys(LEAST)).toEqual(Object.keys(sections));
  for (const [name, text] of Object.entries(LEAST))
    expect(validate({ model: "m", task: "binary", data: {}, ...parse(text) }), name).toBe(true);
});

test.each([
  ["an unknown key", { model: "m", task: "binary", data: {}, evalute: {} }],
  ["a task of a later version", { model: "m", task: "forecast", data: {} }],
  ["a model with a dot", { model: "m.1", task: "binary", data: {} }],
  [
    "a condition that is a mapping",
    { model: "m", task: "binary", data: {}, evaluate: { candidate: { predictions: "p" }, primary: {} } },
  ],
])("the schema refuses %s", (_, project) => {
  expect(validate(project)).toBe(false);
});
