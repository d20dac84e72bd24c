import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { starters } from "./workflows.ts";

const FOLDER = fileURLToPath(new URL("../../../workflows-templates", import.meta.url));
const all = (await readdir(FOLDER)).flatMap((file) => /^(.*)\.yml$/.exec(file)?.[1] ?? []).join(",");

test("what is called comes along, and nothing of a template is changed for the project in the root", async () => {
  const found = await starters(".", "model-review", FOLDER);
  expect(found.map(({ name }) => name)).toEqual(["model-review.yml", "model-review-project.yml"]);
  expect(found.map(({ namesProjects }) => namesProjects)).toEqual([false, false]);
});

test("wherever a template names the project in the root, the copy names the one that it is for", async () => {
  const named = new Map(
    (await starters("models/$b", all, FOLDER)).map(({ name, text }) => [name, parse(text)]),
  );
  expect(named.get("drift-cron.yml").jobs.check.strategy.matrix.project).toEqual(["models/$b"]);
  expect(named.get("canary-tick.yml").jobs.tick.strategy.matrix.include).toMatchObject([
    { project: "models/$b" },
  ]);
  expect(named.get("rollback.yml").on.workflow_dispatch.inputs.project.default).toBe("models/$b");
  expect(named.get("train-on-gpu.yml").env.PROJECT).toBe("models/$b");
  // Whoever writes another template may name it in another way.
  for (const [name, workflow] of named) expect(JSON.stringify(workflow), name).not.toContain('"."');
});
