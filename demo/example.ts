import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Files } from "@mlops-actions/testkit";
import { type Change, type ChangeName, readChange } from "./change.ts";

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

/** The branches that the example's README names, in the order of the story. */
export const BRANCHES = {
  better: "gradient-boosting",
  worse: "without-capital",
  "looks-different": "without-sex-race-country",
  "cannot-tell": "without-occupation",
} as const satisfies Partial<Record<ChangeName, string>>;

/** The project of the example, as `main` of a repository of its own. */
export async function projectFiles(folder: string): Promise<Files> {
  return { ...(await filesOf(folder, PROJECT)), ".github/workflows/mlops.yml": WORKFLOW };
}

export async function filesOf(folder: string, paths: readonly string[]): Promise<Files> {
  const files = paths.map(async (path) => [path, await readFile(join(folder, path))] as const);
  return Object.fromEntries(await Promise.all(files));
}

/** The proposals of an example, in the order in which their branches are named. */
export function readChanges<Name extends string>(
  folder: string,
  branches: Readonly<Partial<Record<Name, string>>>,
): Promise<Change<Name>[]> {
  return Promise.all(
    (Object.entries(branches) as [Name, string][]).map(async ([name, branch]) =>
      readChange(name, branch, await readFile(join(folder, "pull-requests", `${name}.patch`), "utf8")),
    ),
  );
}
