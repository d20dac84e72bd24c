import {
  type InspectedModel,
  type MadeColumn,
  type ModelSource,
  shown,
  type Tensor,
  type UserError,
} from "@mlops-actions/core";
import { modelFault } from "../fault.ts";
import { namesOf } from "../inspect/inspect.ts";
import type { Answer } from "../onnxruntime.ts";
import { type ClassOrder, classOrder, differ, permuted } from "./class-order.ts";
import type { Described } from "./described.ts";

/** How what a model answers becomes columns. */
export interface Answers {
  /** The outputs that are asked for; others are never computed. */
  outputs: readonly string[];
  made: readonly MadeColumn[];
  take(answered: Readonly<Record<string, Answer>>, rows: number): (Float64Array | string[])[];
  /** What only all rows together show. @throws UserError `classes-permuted` */
  finish(): void;
}

const SCORES = new Set(["float", "double"]);
const LABELS = new Set(["int64", "int32", "string", "bool"]);
/** What converters call the scores of classes. */
const PROBABILITIES = ["probabilities", "output_probability", "probability", "scores"];

/** @throws UserError for outputs that do not fit the task */
export function answersOf(asked: Described, facts: InspectedModel): Answers {
  const { model, task } = asked;
  const scores = facts.outputs.filter(({ type }) => SCORES.has(type));
  const labels = facts.outputs.filter(({ type }) => LABELS.has(type));
  if (task === "regression") return regression(model, only(model, [...scores, ...labels.filter(isNumber)]));
  const order = classOrder(asked, facts);
  if (facts.outputs.some(({ type }) => type === "sequence" || type === "map") && scores.length === 0) {
    throw modelFault(
      "model-outputs",
      model,
      "gives its scores as a list of dictionaries (ZipMap), which are not read.",
      'Export it with `options={"zipmap": False}` (skl2onnx) or `zipmap=False` (onnxmltools).',
    );
  }
  const label = labels.length === 1 ? labels[0] : labels.find(({ name }) => /label/i.test(name));
  if (scores.length > 0) return classScores(asked, order, only(model, scores), label);
  if (label !== undefined) return classLabels(asked, order, label);
  throw unreadable(model, facts.outputs);
}

function isNumber({ type }: Tensor): boolean {
  return type === "int64" || type === "int32";
}

/** The one output that is meant: called as scores are called, or alone. */
function only(model: ModelSource, outputs: readonly Tensor[]): Tensor {
  const [first, ...others] = outputs;
  if (first === undefined) throw unreadable(model, outputs);
  if (others.length === 0) return first;
  const preferred = PROBABILITIES.map((name) => outputs.find((output) => output.name === name)).find(
    (output) => output !== undefined,
  );
  if (preferred !== undefined) return preferred;
  throw modelFault(
    "model-outputs",
    model,
    `has several outputs that could be its answer: ${namesOf(outputs)}.`,
    `Export it with one, or call the one that counts ${shown(PROBABILITIES[0] as string)}.`,
  );
}

function regression(model: ModelSource, output: Tensor): Answers {
  return {
    outputs: [output.name],
    made: [{ name: "prediction", type: "number" }],
    take: (answered, rows) => {
      const { dims, numbers } = read(model, output.name, answered, rows);
      if (widthOf(dims) !== 1) throw shapeFault(model, output.name, dims, "one number a row");
      return [Float64Array.from(numbers)];
    },
    finish: () => undefined,
  };
}

function classScores(
  asked: Described,
  order: ClassOrder,
  output: Tensor,
  label: Tensor | undefined,
): Answers {
  const { model, task, classes } = asked;
  const seen = label === undefined ? undefined : agreement(asked, order);
  const positive = order.indexOf(classes.at(-1) ?? "") ?? 1;
  const names = task === "binary" ? ["score"] : classes.map((name) => `p_${name}`);
  return {
    outputs: label === undefined ? [output.name] : [output.name, label.name],
    made: names.map((name) => ({ name, type: "number" })),
    take(answered, rows) {
      const { dims, numbers } = read(model, output.name, answered, rows);
      const width = widthOf(dims);
      if (task === "binary" && width === 1) return [Float64Array.from(numbers)];
      if (width !== order.columns.length) {
        throw shapeFault(
          model,
          output.name,
          dims,
          task === "binary"
            ? "one score a row, or two for the two classes"
            : `${order.columns.length} scores a row, one for each declared class`,
        );
      }
      if (seen !== undefined && label !== undefined) {
        const said = labelsOf(model, label.name, answered, rows);
        for (let row = 0; row < rows; row++) seen.count(numbers, row * width, said(row));
      }
      if (task === "binary") return [column(numbers, positive, width, rows)];
      return names.map((_, at) => column(numbers, at, width, rows));
    },
    finish: () => seen?.finish(),
  };
}

function column(numbers: ArrayLike<number>, at: number, width: number, rows: number): Float64Array {
  const values = new Float64Array(rows);
  for (let row = 0, from = at; row < rows; row++, from += width) values[row] = numbers[from] as number;
  return values;
}

function classLabels(asked: Described, order: ClassOrder, output: Tensor): Answers {
  const { model } = asked;
  return {
    outputs: [output.name],
    made: [{ name: "label", type: "string" }],
    take(answered, rows) {
      const said = labelsOf(model, output.name, answered, rows);
      return [
        Array.from({ length: rows }, (_, row) => order.columns[indexOf(asked, order, said(row))] ?? ""),
      ];
    },
    finish: () => undefined,
  };
}

/**
 * Whether the label that a model gives is the class with the highest score. A model may decide at another threshold than that, so
 * single rows prove nothing; scores in another order show in most rows of a class.
 */
function agreement(asked: Described, order: ClassOrder) {
  const size = order.columns.length;
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  return {
    count(numbers: ArrayLike<number>, from: number, label: string): void {
      let best = 0;
      for (let at = 1; at < size; at++)
        if ((numbers[from + at] as number) > (numbers[from + best] as number)) best = at;
      if (Number.isNaN(numbers[from + best])) return;
      const row = counts[best] as number[];
      const at = indexOf(asked, order, label);
      row[at] = (row[at] ?? 0) + 1;
    },
    finish(): void {
      const others = counts.flatMap((row, at) => {
        const all = row.reduce((sum, one) => sum + one, 0);
        const [most = 0, label = at] = row
          .map((n, of) => [n, of] as const)
          .reduce((a, b) => (b[0] > a[0] ? b : a));
        return label !== at && most * 2 > all ? [{ at, label, most, all }] : [];
      });
      const [first] = others;
      // Two classes: a threshold of its own turns the rows between it and one half, never both sides.
      if (first === undefined || (size === 2 && others.length < 2)) return;
      const { at, label, most, all } = first;
      throw permuted(
        asked,
        `gives ${shown(order.columns[at] ?? "")} the highest score in ${all} rows and labels ${most} of them ${shown(order.columns[label] ?? "")}`,
      );
    },
  };
}

function indexOf(asked: Described, order: ClassOrder, label: string): number {
  const at = order.indexOf(label);
  if (at === undefined) throw differ(asked, [label]);
  return at;
}

function read(
  model: ModelSource,
  name: string,
  answered: Readonly<Record<string, Answer>>,
  rows: number,
): { dims: readonly number[]; numbers: ArrayLike<number> } {
  const { dims, data } = answerOf(model, name, answered, rows);
  if (data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array)
    return { dims, numbers: data };
  if (data instanceof BigInt64Array) return { dims, numbers: Array.from(data, Number) };
  throw modelFault(
    "model-outputs",
    model,
    `answers ${shown(name)} with values that are no numbers.`,
    "Export the model with a float output.",
  );
}

/** The label of a row, as text. */
function labelsOf(
  model: ModelSource,
  name: string,
  answered: Readonly<Record<string, Answer>>,
  rows: number,
): (row: number) => string {
  const { type, dims, data } = answerOf(model, name, answered, rows);
  if (widthOf(dims) !== 1) throw shapeFault(model, name, dims, "one label a row");
  const values = data as ArrayLike<string | number | bigint>;
  return type === "bool" ? (row) => String(values[row] === 1) : (row) => String(values[row]);
}

function answerOf(
  model: ModelSource,
  name: string,
  answered: Readonly<Record<string, Answer>>,
  rows: number,
): Answer {
  const answer = answered[name];
  if (answer === undefined) throw new Error(`The runtime did not answer ${name}`);
  if (answer.dims[0] !== rows) {
    throw modelFault(
      "answers-shape",
      model,
      `was asked about ${rows} rows and answers ${shown(name)} with the shape [${answer.dims.join(", ")}].`,
      "Export the model so that the first size of its outputs is the number of rows.",
    );
  }
  return answer;
}

/** Numbers a row; more than two sizes have none. */
function widthOf(dims: readonly number[]): number {
  return dims.length > 2 ? Number.NaN : (dims[1] ?? 1);
}

function shapeFault(model: ModelSource, name: string, dims: readonly number[], expected: string): UserError {
  return modelFault(
    "answers-shape",
    model,
    `answers ${shown(name)} with the shape [${dims.join(", ")}]; what is needed is ${expected}.`,
    "Export the model with an output that fits `task` and `data.label` in mlops.yml.",
  );
}

function unreadable(model: ModelSource, outputs: readonly Tensor[]): UserError {
  return modelFault(
    "model-outputs",
    model,
    outputs.length === 0
      ? "has no output that is numbers."
      : `has no output that can be read: ${namesOf(outputs)}.`,
    "Export the model with a float output (its scores, or its prediction).",
  );
}
