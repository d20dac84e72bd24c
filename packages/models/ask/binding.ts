import {
  type Asking,
  type Batch,
  type Column,
  type ColumnType,
  type Element,
  type InspectedModel,
  listed,
  type Reading,
  type Rows,
  shown,
  type TableShape,
  type Tensor,
  type Values,
} from "@mlops-actions/core";
import { distance } from "fastest-levenshtein";
import { modelFault } from "../fault.ts";
import type { Feeds, Value } from "../onnxruntime.ts";
import type { Described } from "./described.ts";
import { featuresOf } from "./features.ts";

/** How the rows of a table are fed to a model. */
export interface Binding {
  /** Of the table that is asked about. */
  shape: TableShape;
  read: readonly Reading[];
  /** The model takes one row a call. */
  single: boolean;
  /** Rows `from` to `to` of a batch of what is read. */
  feeds(batch: Batch, from: number, to: number): Feeds;
}

interface Kind {
  as: Element;
  type: Value["type"];
  takes: readonly ColumnType[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  float: { as: "float64", type: "float32", takes: ["number", "integer", "boolean"] },
  double: { as: "float64", type: "float64", takes: ["number", "integer", "boolean"] },
  int64: { as: "int64", type: "int64", takes: ["integer", "number", "boolean"] },
  int32: { as: "int32", type: "int32", takes: ["integer", "number", "boolean"] },
  bool: { as: "bool", type: "bool", takes: ["boolean"] },
  string: { as: "string", type: "string", takes: ["string"] },
};

/** An input of a model and the columns that feed it. */
export interface Bound {
  input: Tensor;
  kind: Kind;
  /** One for an input of its own, all for a matrix. */
  columns: readonly string[];
}

/** @throws UserError for columns that the table lacks or whose values do not fit, and for inputs that no table can fill */
export async function bind(rows: Rows, asked: Asking, facts: InspectedModel): Promise<Binding> {
  const shape = await rows.shape(asked.from);
  if (shape === undefined) throw new Error(`There is no table ${asked.from}`);
  const { columns } = shape;
  const bound = bindInputs(
    asked,
    facts,
    columns.map(({ name }) => name),
  );
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  for (const one of bound)
    for (const column of one.columns) checkType(asked, one, column, types.get(column) as ColumnType);
  const read = readingsOf(bound);
  await checkValues(rows, asked, read);
  return {
    shape,
    read,
    single: isSingle(asked, facts),
    feeds: (batch, from, to) => feedsOf(bound, batch, from, to),
  };
}

/**
 * The types as which columns are to be read where those that their values look like are others: codes that look like numbers where a model takes
 * texts, and numbers that all are missing.
 * @throws UserError as `bindInputs`
 */
export function typesAsked(
  asked: Described,
  facts: InspectedModel,
  columns: readonly Pick<Column, "name" | "type">[],
): Readonly<Record<string, ColumnType>> {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const bound = bindInputs(asked, facts, [...types.keys()]);
  return Object.fromEntries(
    bound.flatMap(({ kind: { takes }, columns }) =>
      columns.flatMap((column) =>
        takes.includes(types.get(column) as ColumnType) ? [] : [[column, takes[0] as ColumnType]],
      ),
    ),
  );
}

/** What is read for the inputs, in their order. */
export function readingsOf(bound: readonly Bound[]): readonly Reading[] {
  return bound.flatMap(({ kind, columns }) => columns.map((column) => ({ column, as: kind.as })));
}

/** Rows `from` to `to` of what was read, as a model takes them. */
export function feedsOf(bound: readonly Bound[], batch: Batch, from: number, to: number): Feeds {
  let at = 0;
  const feeds = bound.map(({ input, kind, columns }) => {
    const values = batch.columns.slice(at, at + columns.length);
    at += columns.length;
    const dims = input.shape.length === 1 ? [to - from] : [to - from, columns.length];
    return [input.name, { type: kind.type, dims, data: packed(kind.type, values, from, to) }];
  });
  return Object.fromEntries(feeds) as Feeds;
}

/**
 * The columns that feed each input.
 * @param columns those that there are
 * @throws UserError for one that is not among them, and for inputs that no column can fill
 */
export function bindInputs(asked: Described, facts: InspectedModel, columns: readonly string[]): Bound[] {
  const { model } = asked;
  if (facts.inputs.length === 0) {
    throw modelFault("model-inputs", model, "takes no input.", "Export the model with its inputs.");
  }
  const [only] = facts.inputs;
  const features = only === undefined ? undefined : featuresOf(asked, facts, columns);
  if (only !== undefined && features !== undefined) {
    const width = only.shape[1] ?? null;
    if (width !== null && width !== features.names.length) {
      throw modelFault(
        "model-features",
        model,
        `takes ${width} columns in ${shown(only.name)}, but ${features.from} names ${features.names.length}.`,
        "Name the columns that the model was trained on, in that order.",
      );
    }
    const found = features.names.map((name) => columnOf(asked, name, columns, features.from));
    return [{ input: only, kind: kindOf(asked, only), columns: found }];
  }
  return facts.inputs.map((input) => {
    const width = input.shape[1] ?? 1;
    if (input.shape.length > 2 || width !== 1) {
      throw modelFault(
        "model-inputs",
        model,
        `takes ${shown(input.name)} with the shape ${shapeText(input)}, beside other inputs.`,
        "Export it with one matrix of all columns, or with an input of its own for each column.",
      );
    }
    return {
      input,
      kind: kindOf(asked, input),
      columns: [columnOf(asked, input.name, columns, "the model")],
    };
  });
}

function kindOf({ model }: Described, input: Tensor): Kind {
  const kind = KINDS[input.type];
  if (kind === undefined) {
    throw modelFault(
      "model-inputs",
      model,
      `takes ${shown(input.name)} as ${input.type}, which no column of a table can fill.`,
      `Export it with inputs of ${Object.keys(KINDS).join(", ")}.`,
    );
  }
  return kind;
}

/** The column of a name: that very one, else the only one that a converter would have called so. */
function columnOf({ model }: Described, name: string, columns: readonly string[], by: string): string {
  if (columns.includes(name)) return name;
  const alike = columns.filter((column) => plain(column) === plain(name));
  if (alike.length === 1 && alike[0] !== undefined) return alike[0];
  const [near] = columns
    .map((column) => ({ column, far: distance(column.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far);
  const which =
    alike.length > 1
      ? `${listed(alike)} all read like it`
      : near === undefined
        ? `the table has ${listed(columns, 20)}`
        : `the nearest is ${shown(near.column)}; the table has ${listed(columns, 20)}`;
  throw modelFault(
    "column-missing",
    model,
    `needs the column ${shown(name)} (${by} names it), which the table lacks: ${which}.`,
    "Add the column to the data, or export the model with the names of the data's columns.",
  );
}

/** Converters put `_` for what cannot stand in an identifier. */
export function plain(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_]/gu, "_");
}

function checkType({ model }: Asking, { input, kind }: Bound, column: string, type: ColumnType): void {
  if (kind.takes.includes(type)) return;
  throw modelFault(
    "column-type",
    model,
    `takes ${shown(input.name)} as ${input.type}, but the column ${shown(column)} holds ${WORDS[type]}.`,
    kind.as === "string"
      ? `Declare \`type: string\` for ${shown(column)} under \`data.columns\`, or export the model with a numeric input.`
      : `Give the model ${input.type} values in ${shown(column)}, or put the encoding of the column into the model.`,
  );
}

const WORDS: Readonly<Record<ColumnType, string>> = {
  integer: "whole numbers",
  number: "numbers",
  string: "text",
  boolean: "true and false",
  date: "dates",
  timestamp: "times",
};

async function checkValues(rows: Rows, { from, model }: Asking, read: readonly Reading[]): Promise<void> {
  const unfit = await rows.unfit(from, read);
  for (const [at, { missing, lossy, example }] of unfit.entries()) {
    const { column, as } = read[at] as Reading;
    const isNumber = as === "float64";
    if (missing > 0 && !isNumber && as !== "string") {
      throw modelFault(
        "values-missing",
        model,
        `takes ${as} values of ${shown(column)}, and ${missing} of them ${missing === 1 ? "is" : "are"} missing.`,
        "Fill them in the data, or export the model with a float input, which knows missing values.",
      );
    }
    if (lossy > 0) {
      throw modelFault(
        "values-inexact",
        model,
        `cannot be given ${shown(example ?? "")} of ${shown(column)} (${lossy} such value${lossy === 1 ? "" : "s"}): ${isNumber ? "beyond 2^53 a floating point number skips whole numbers" : `it is no ${as}`}.`,
        "Keep the column in a smaller unit, leave it out (an identifier is no feature), or export the model with another type.",
      );
    }
  }
}

/** A model whose first size is fixed takes that many rows, which can only be one. */
export function isSingle({ model }: Described, { inputs }: InspectedModel): boolean {
  const sizes = new Set(inputs.map(({ shape }) => shape[0] ?? null).filter((size) => size !== null));
  if (sizes.size === 0) return false;
  const [size] = sizes;
  if (sizes.size === 1 && size === 1) return true;
  throw modelFault(
    "model-inputs",
    model,
    `takes exactly ${[...sizes].join(" or ")} rows at a time.`,
    'Export it with a free number of rows (`dynamic_axes={"input": {0: "batch"}}` for torch.onnx.export).',
  );
}

function shapeText({ shape }: Tensor): string {
  return `[${shape.map((size) => size ?? "?").join(", ")}]`;
}

/** Columns as one tensor, row by row. Storing in a Float32Array rounds as NumPy does. */
function packed(type: Value["type"], columns: readonly Values[], from: number, to: number): Value["data"] {
  const width = columns.length;
  const size = (to - from) * width;
  if (type === "string") {
    const texts = new Array<string>(size);
    for (const [at, column] of (columns as readonly string[][]).entries())
      for (let row = from, into = at; row < to; row++, into += width) texts[into] = column[row] as string;
    return texts;
  }
  if (type === "int64") {
    const whole = new BigInt64Array(size);
    for (const [at, column] of (columns as readonly BigInt64Array[]).entries())
      for (let row = from, into = at; row < to; row++, into += width) whole[into] = column[row] as bigint;
    return whole;
  }
  const numbers = emptyOf(type, size);
  for (const [at, column] of (columns as readonly Float64Array[]).entries())
    for (let row = from, into = at; row < to; row++, into += width) numbers[into] = column[row] as number;
  return numbers;
}

function emptyOf(type: "float32" | "float64" | "int32" | "bool", size: number) {
  if (type === "float32") return new Float32Array(size);
  if (type === "float64") return new Float64Array(size);
  return type === "int32" ? new Int32Array(size) : new Uint8Array(size);
}
