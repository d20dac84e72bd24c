import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gitIn, gitRepository, temporaryFolder } from "@mlops-actions/testkit";
import { expect, test } from "vitest";
import { mlops } from "./command.ts";

const projects = async (cwd: string, ...args: readonly string[]) => {
  const { exit, stdout, stderr } = await mlops(["projects", ...args], { cwd });
  return exit === 0 ? JSON.parse(stdout) : { exit, stderr };
};
const rules = (model: string) => `model: ${model}\ntask: binary\ndata: { test: data/test.csv }\n`;
const told = (folder: string, affected: boolean) => ({
  project: `models/${folder}`,
  model: folder,
  affected,
});

test("projects lists the models of a repository and which of them a change affects, from its first commit on", async () => {
  await using repository = await gitRepository({
    "models/a/mlops.yml": rules("a"),
    "models/b/mlops.yml": rules("b"),
  });
  const { path } = repository;
  expect(await projects(path)).toEqual([told("a", true), told("b", true)]);
  expect(await projects(path, "--changed")).toEqual([told("a", true), told("b", true)]);

  await repository.commit({ "models/b/train.py": "" });
  expect(await projects(path)).toEqual([told("a", false), told("b", true)]);
  expect(await projects(path, "--changed")).toEqual([told("b", true)]);

  // Where the commit before was not fetched, nobody can tell.
  await using shallow = await temporaryFolder("shallow");
  await gitIn(shallow.path, process.env).bytes(["clone", "--quiet", "--depth=1", `file://${path}`, "."]);
  expect(await projects(shallow.path)).toMatchObject({
    exit: 3,
    stderr: expect.stringContaining("fetch-depth: 2"),
  });
});

test("in a repository without a commit every model is new", async () => {
  await using folder = await temporaryFolder("new");
  await gitIn(folder.path, process.env).bytes(["init", "--quiet"]);
  await mkdir(join(folder.path, "models/a"), { recursive: true });
  await writeFile(join(folder.path, "models/a/mlops.yml"), rules("a"));
  expect(await projects(folder.path)).toEqual([told("a", true)]);
});
