import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Files } from "@mlops-actions/testkit";
import type { ChangeName } from "../change.ts";
import { filesOf } from "../example.ts";
import { readWorkflow } from "../workflow/workflow.ts";

/** The model of the example, as its mlops.yml calls it. */
export const MODEL = "census-model";

/** Branches of its three pull requests, in the order of the story. */
export const BRANCHES = {
  better: "gradient-boosting",
  worse: "without-capital",
  "looks-different": "fewer-weights",
} as const satisfies Partial<Record<ChangeName, string>>;

/** The one that brings rows which the rules refuse. */
export const BAD_ROWS = { "bad-rows": "corrected-answers" } as const;

const WORKFLOWS = ".github/workflows";
const PROJECT = [
  ".gitignore",
  `${WORKFLOWS}/model-review.yml`,
  `${WORKFLOWS}/model-release.yml`,
  `${WORKFLOWS}/model-promote.yml`,
  "mlops.yml",
  "requirements.txt",
  "train.py",
];
const DATA = ["data/README.md", "data/test.csv", "data/train.parquet"];

/** The project as `main` of a repository of its own: the data is that of the other example. */
export async function projectFiles(examples: string): Promise<Files> {
  return {
    ...(await filesOf(join(examples, "census-model"), PROJECT)),
    ...(await filesOf(join(examples, "census-income"), DATA)),
  };
}

/** Its workflows, as their files say them. */
export async function readWorkflows(examples: string) {
  const read = (name: string) => readWorkflow(join(examples, "census-model", WORKFLOWS, `${name}.yml`));
  const [review, release, promote] = [
    await read("model-review"),
    await read("model-release"),
    await read("model-promote"),
  ];
  return { review, release, promote };
}
export type Workflows = Awaited<ReturnType<typeof readWorkflows>>;

/** SHA-256 of the models that were recorded from the same train.py. */
export async function recordedDigests(examples: string): Promise<ReadonlyMap<string, string>> {
  const sums = await readFile(join(examples, "census-model/recorded/SHA256SUMS"), "utf8");
  const models = [...sums.matchAll(/^([0-9a-f]{64}) {2}(.+)\.onnx$/gm)];
  return new Map(models.map(([, digest = "", name = ""]) => [name, digest]));
}
