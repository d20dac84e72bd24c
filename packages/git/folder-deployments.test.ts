import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { folderDeployments } from "./folder-deployments.ts";

const now = () => new Date("2026-01-01T00:00:00Z");
const wanted = (key: string, model = "census") => ({
  model,
  environment: "staging",
  ref: `${model}@v1.0.0`,
  description: "x",
  payload: { key },
});

test("keeps deployments with what was said of them, by model and environment, newest first", async () => {
  await using folder = await temporaryFolder("deployments");
  const deployments = folderDeployments(folder.path, now);
  expect(await deployments.list({ model: "census", environment: "staging" })).toEqual([]);
  const one = await deployments.create(wanted("one"));
  await deployments.create(wanted("other", "wine"));
  const two = await deployments.create(wanted("two"));
  expect((await deployments.create(wanted("one"))).id).toBe(one.id);
  await deployments.say(one.id, { state: "in_progress", description: "going" });
  await deployments.say(one.id, { state: "success", description: "there" });
  const found = await folderDeployments(folder.path, now).list({ model: "census", environment: "staging" });
  expect(found.map(({ id }) => id)).toEqual([two.id, one.id]);
  expect((await deployments.statuses(one.id)).map(({ description }) => description)).toEqual([
    "going",
    "there",
  ]);
});

test("two that create at once get two ids; a line that was cut off was never said", async () => {
  await using folder = await temporaryFolder("deployments");
  const deployments = folderDeployments(folder.path, now);
  const made = await Promise.all([deployments.create(wanted("a")), deployments.create(wanted("b"))]);
  expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  const [{ id }] = made as [{ id: number }, { id: number }];
  await deployments.say(id, { state: "success", description: "there" });
  await appendFile(join(folder.path, `${id}.jsonl`), '{"state":"fail');
  expect(await deployments.statuses(id)).toHaveLength(1);
});
