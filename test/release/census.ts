import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Files } from "@mlops-actions/testkit";
import { REPOSITORY } from "../terminal/command.ts";

const EXAMPLES = join(REPOSITORY, "examples");
const RECORDED = join(EXAMPLES, "census-model/recorded");
const ROWS = 1_500;

/** The recorded models of the example: `better` and `worse` than `main`, or the same in other bytes. */
export function recorded(name: "main" | "better" | "worse" | "looks-different"): Uint8Array {
  return gunzipSync(readFileSync(join(RECORDED, `${name}.onnx.gz`)));
}

const rows = readFileSync(join(EXAMPLES, "census-income/data/test.csv"), "utf8").split("\n");
const [header = ""] = rows;
const csv = (from: number, to: number) => `${[header, ...rows.slice(from, to)].join("\n")}\n`;

const RULES = `model: census
task: binary
data:
  train: data/train.csv
  test: data/test.csv
  key: id
  label: { column: income, positive: ">50K" }
train:
  run: sh train.sh
  outputs: { model: out/model.onnx }
  budget: { time: 30 s }
evaluate:
  baseline: production
  primary: auc - baseline.auc > -0.005
  guardrails:
    - auc >= 0.7
`;

/** A small project that trains by copying a model of its own: a change of `made.onnx` is a change of the training. */
export function census(more: Files = {}, swaps: Readonly<Record<string, string>> = {}): Files {
  let rules = RULES;
  for (const [from, to] of Object.entries(swaps)) {
    if (rules.split(from).length !== 2) throw new Error(`not once in the rules: ${from}`);
    rules = rules.replace(from, () => to);
  }
  return {
    "mlops.yml": rules,
    ".gitignore": ".mlops/\nout/\n",
    "train.sh": "cp made.onnx out/model.onnx\n",
    "made.onnx": recorded("main"),
    "data/train.csv": csv(ROWS + 1, ROWS + 301),
    "data/test.csv": csv(1, ROWS + 1),
    ...more,
  };
}
