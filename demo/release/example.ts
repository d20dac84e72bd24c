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

/** The one that is better wherever it is tested, and fails where it is used. */
export const BREAKS = { "breaks-in-production": "one-column-a-category" } as const satisfies Partial<
  Record<ChangeName, string>
>;

/** Where its server writes its log, as its workflows say it. */
export const LOG = "/var/log/census-model";

const WORKFLOWS = ".github/workflows";
const NAMES = {
  review: "model-review",
  release: "model-release",
  tick: "canary-tick",
  rollback: "rollback",
  drift: "drift-cron",
} as const;
const PROJECT = [".gitignore", "requirements.txt", "train.py"];
const DATA = ["data/README.md", "data/test.csv", "data/train.parquet"];

// Nobody watches for hours: a minute of a rollout takes a second here, and a day between two checks twenty.
const FASTER = {
  "window: 1 min": "window: 1 s",
  "dwell: 5 min": "dwell: 2 s",
  "every: 1 d": "every: 0.35 min",
};

/**
 * The project as `main` of a repository of its own: the data is that of the other example.
 *
 * @param socket where the server's admin socket is here
 */
export async function projectFiles(examples: string, socket: string): Promise<Files> {
  const project = join(examples, MODEL);
  const workflows = Object.values(NAMES).map((name) => `${WORKFLOWS}/${name}.yml`);
  const rules = await readFile(join(project, "mlops.yml"), "utf8");
  return {
    ...(await filesOf(project, [...PROJECT, ...workflows])),
    ...(await filesOf(join(examples, "census-income"), DATA)),
    "mlops.yml": swapped(rules, { ...FASTER, "/run/census-model/admin.sock": socket }),
  };
}

function swapped(text: string, swaps: Readonly<Record<string, string>>): string {
  return Object.entries(swaps).reduce((now, [from, to]) => {
    if (now.split(from).length !== 2) throw new Error(`not once in mlops.yml: ${from}`);
    return now.replace(from, () => to);
  }, text);
}

/** The training rows once those are known who have asked since. */
export async function laterRows(examples: string): Promise<Files> {
  return { "data/train.parquet": await readFile(join(examples, MODEL, "later/train.parquet")) };
}

/** Its workflows, as their files say them. */
export async function readWorkflows(examples: string) {
  const read = (name: string) => readWorkflow(join(examples, MODEL, WORKFLOWS, `${name}.yml`));
  return {
    review: await read(NAMES.review),
    release: await read(NAMES.release),
    tick: await read(NAMES.tick),
    rollback: await read(NAMES.rollback),
    drift: await read(NAMES.drift),
  };
}
export type Workflows = Awaited<ReturnType<typeof readWorkflows>>;

/** SHA-256 of the models that were recorded from the same train.py. */
export async function recordedDigests(examples: string): Promise<ReadonlyMap<string, string>> {
  const sums = await readFile(join(examples, MODEL, "recorded/SHA256SUMS"), "utf8");
  const models = [...sums.matchAll(/^([0-9a-f]{64}) {2}(.+)\.onnx$/gm)];
  return new Map(models.map(([, digest = "", name = ""]) => [name, digest]));
}
