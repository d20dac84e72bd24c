import { Document, isCollection, isMap, isScalar, type Scalar } from "yaml";
import type { Answer } from "./answer.ts";
import type { ColumnRule } from "./column-rule.ts";
import type { Margin } from "./margin.ts";

/** A table as `mlops.yml` names it: a path, or a path with what its first line does not say. */
export interface Named {
  file: string;
  names?: readonly string[] | undefined;
  missing?: readonly string[] | undefined;
}

/** Everything that is written into `mlops.yml`, and what is told beside it. */
export interface Proposal {
  model: string;
  answer: Answer;
  train: Named;
  test: Named | undefined;
  key: string | undefined;
  columns: Readonly<Record<string, ColumnRule>>;
  checks: readonly string[];
  run: string;
  /** Absent without test rows. */
  margin: Margin | undefined;
  slices: readonly string[];
  isStrict: boolean;
  /** Classes that only the test rows have. */
  strangeLabels: readonly string[];
  /** Columns of whose values nothing is written, since they may be persons'. */
  personal: readonly string[];
}

const SCHEMA = "https://raw.githubusercontent.com/mlops-actions/mlops-actions/v1/mlops.schema.json";

/** The text of `mlops.yml`, laid out as people write it. */
export function projectFile(proposal: Proposal): string {
  const { model, answer, train, test, key, columns, checks, run, margin, slices, isStrict } = proposal;
  const document = new Document({
    model,
    task: answer.task,
    data: {
      train: table(train),
      ...(test && { test: table(test) }),
      ...(key !== undefined && { key }),
      label: labelOf(answer),
      columns,
      ...(checks.length > 0 && { checks }),
    },
    train: { run, outputs: { model: "out/model.onnx" }, budget: { time: "30 min" } },
    ...(margin && {
      evaluate: {
        baseline: "production",
        primary: margin.condition,
        ...(slices.length > 0 && { slices }),
        ...(isStrict && { inconclusive: "block" }),
      },
    }),
    register: { bump: "auto" },
  });
  document.commentBefore = ` yaml-language-server: $schema=${SCHEMA}`;
  const flow = [
    ["data", "label"],
    ...["train", "test"].flatMap((table) => ["names", "missing"].map((key) => ["data", table, key])),
    ["train", "outputs"],
    ["train", "budget"],
    ["evaluate", "slices"],
    ...Object.keys(columns).map((column) => ["data", "columns", column]),
  ];
  for (const path of flow) {
    const node = document.getIn(path, true);
    if (isCollection(node)) node.flow = true;
  }
  for (const key of keysOf(document.contents))
    if (["data", "train", "evaluate", "register"].includes(String(key.value))) key.spaceBefore = true;
  for (const key of keysOf(document.get("evaluate")))
    if (key.value === "primary") key.commentBefore = ` ${margin?.because}`;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function keysOf(map: unknown): Scalar[] {
  return isMap(map) ? map.items.flatMap(({ key }) => (isScalar(key) ? [key] : [])) : [];
}

function table({ file, names, missing }: Named): unknown {
  return names === undefined && missing === undefined
    ? file
    : { files: file, ...(names && { names }), ...(missing && { missing }) };
}

function labelOf(answer: Answer): Record<string, unknown> {
  switch (answer.task) {
    case "binary":
      return { column: answer.column, positive: answer.positive };
    case "multiclass":
      return { column: answer.column, classes: answer.classes };
    case "regression":
      return { column: answer.column };
  }
}
