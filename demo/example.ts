import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Files } from "@mlops-actions/testkit";
import { BRANCHES, type Change, type ChangeName, readChange } from "./change.ts";

// What a team would have in its repository; the rest of the folder is about the four pull requests.
const PROJECT = [
  ".gitattributes",
  "data/README.md",
  "data/prepare.py",
  "data/test.csv",
  "data/train.parquet",
  "mlops.yml",
  "predictions/baseline.csv",
  "predictions/candidate.csv",
  "requirements.txt",
  "train.py",
];

const WORKFLOW = `name: mlops
on: pull_request
permissions: {}
jobs:
  evaluate:
    runs-on: ubuntu-latest
    permissions:
      contents: read # the data, and the rules of the base commit
      pull-requests: write # the comment
      checks: write # the check
    steps:
      - uses: actions/checkout@v6
        with: { persist-credentials: false }
      - uses: mlops-actions/mlops-actions/actions/evaluate-gate@v1
`;

/** The project of the example, as `main` of a repository of its own. */
export async function projectFiles(folder: string): Promise<Files> {
  const files = PROJECT.map(async (path) => [path, await readFile(join(folder, path))] as const);
  return { ...Object.fromEntries(await Promise.all(files)), ".github/workflows/mlops.yml": WORKFLOW };
}

/** The four proposals, in the order of the story. */
export function readChanges(folder: string): Promise<Change[]> {
  const names = Object.keys(BRANCHES) as ChangeName[];
  return Promise.all(
    names.map(async (name) =>
      readChange(name, await readFile(join(folder, "pull-requests", `${name}.patch`), "utf8")),
    ),
  );
}
