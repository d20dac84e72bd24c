import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readSources, type Source } from "./source.ts";
import { structure } from "./structure.ts";

function file(path: string, text: string): Source {
  return { path, text };
}

const STAGE = ["section", "stage", "details", "document"].map((name) =>
  file(`packages/drift/${name}.ts`, ""),
);

test.each([
  [
    "a mechanism that imports a stage",
    [file("packages/report/a.ts", 'import { x } from "@mlops-actions/evaluation";')],
    "`report` may not import `evaluation`",
  ],
  [
    "a type is an import too",
    [file("packages/core/a.ts", 'import type { X } from "@mlops-actions/report";')],
    "`core` may not import `report`",
  ],
  [
    "two edges that know each other",
    [file("packages/git/a.ts", 'export { x } from "@mlops-actions/github";')],
    "`git` may not import `github`",
  ],
  [
    "two stages that know each other",
    [...STAGE, file("packages/drift/a.ts", 'await import("@mlops-actions/evaluation")')],
    "`drift` may not import `evaluation`",
  ],
  [
    "a path out of the room",
    [file("packages/report/a.ts", 'import { x } from "../core/verdict.ts";')],
    "leaves its room by path",
  ],
  [
    "a path past an index",
    [file("packages/report/a.ts", 'import { x } from "@mlops-actions/core/verdict.ts";')],
    "reaches past the index",
  ],
  [
    "the product using the testkit",
    [file("packages/cli/a.ts", 'import { x } from "@mlops-actions/testkit";')],
    "is for tests and the demo",
  ],
  [
    "a room that is not on the map",
    [file("packages/extras/a.ts", 'import "node:fs";')],
    "not a room of the map",
  ],
  [
    "a circle",
    [
      file("packages/core/a.ts", 'import "./b.ts";'),
      file("packages/core/b.ts", 'import type { A } from "./a.ts";'),
    ],
    "imports itself",
  ],
  [
    "Octokit outside github",
    [file("packages/runner/a.ts", 'import { Octokit } from "@octokit/rest";')],
    "only packages/github knows",
  ],
  [
    "@actions/core outside the runner",
    [file("actions/x/main.ts", 'import { info } from "@actions/core";')],
    "only packages/runner knows",
  ],
  [
    "@actions/cache outside natives",
    [file("packages/runner/a.ts", 'await import("@actions/cache");')],
    "only packages/natives knows",
  ],
  [
    "DuckDB in a second file",
    [file("packages/tables/other.ts", 'import type { X } from "@duckdb/node-api";')],
    "only packages/tables/duckdb.ts knows",
  ],
  ["a clock in core", [file("packages/core/a.ts", "export const now = () => Date.now();")], "reads a clock"],
  [
    "chance in statistics",
    [file("packages/statistics/a.ts", "export const x = () => Math.random();")],
    "draws a random number",
  ],
  [
    "files in core",
    [file("packages/core/a.ts", 'import { readFileSync } from "node:fs";')],
    "imports node:fs",
  ],
  [
    "a stage that chooses its adapter",
    [
      ...["section", "stage", "details", "document"].map((name) => file(`packages/training/${name}.ts`, "")),
      file("packages/training/command/run.ts", 'import { localLauncher } from "../local/launcher.ts";'),
    ],
    "imports the adapter",
  ],
  ["a stage without its document", STAGE.slice(0, 3), "has no document.ts"],
  ["a file of utilities", [file("packages/core/utils.ts", "")], "says nothing about its subject"],
  ["a folder of helpers", [file("packages/core/helpers/a.ts", "")], "says nothing about its subject"],
  ["a name in camel case", [file("packages/core/userError.ts", "")], "not in kebab-case"],
  ["a subject inside a subject", [file("packages/core/a/b/c.ts", "")], "lies deeper"],
  [
    "an index that exports everything",
    [file("packages/core/index.ts", 'export * from "./a.ts";')],
    "exports with `*`",
  ],
])("%s is found", (_, sources, what) => {
  expect(structure(sources)).toEqual([expect.objectContaining({ what: expect.stringContaining(what) })]);
});

test.each([
  ["down is the way", [file("packages/report/a.ts", 'import { x } from "@mlops-actions/core";')]],
  [
    "an index gives an adapter to those who put a program together",
    [
      ...["section", "stage", "details", "document"].map((name) => file(`packages/training/${name}.ts`, "")),
      file("packages/training/index.ts", 'export { x } from "./local/launcher.ts";'),
    ],
  ],
  [
    "an edge may know stages' sections",
    [file("packages/project/a.ts", 'import { section } from "@mlops-actions/evaluation";')],
  ],
  [
    "a test may use everything",
    [file("packages/git/a.test.ts", 'import { x } from "@mlops-actions/testkit";')],
  ],
  ["a comment is no import", [file("packages/core/a.ts", '// import { x } from "@mlops-actions/report";')]],
  [
    "a line between two files is no circle",
    [file("packages/core/a.ts", 'import "./b.ts";'), file("packages/core/b.ts", "")],
  ],
])("%s", (_, sources) => {
  expect(structure(sources)).toEqual([]);
});

test("this repository is as its map says", () => {
  expect(structure(readSources(resolve(import.meta.dirname, "../..")))).toEqual([]);
});
