import { listed, type Reading, shown, type Values } from "@mlops-actions/core";
import { distance } from "fastest-levenshtein";
import { columnCalled } from "./column-called.ts";
import { columnOf } from "./element.ts";
import { Refusal } from "./refusal.ts";
import type { InputTensor } from "./tensor.ts";

/** What a model's requests look like. */
export interface Signature {
  read: readonly Reading[];
  /** The name of the one matrix that can be given instead of a tensor for each column. */
  matrix: string | undefined;
  outputs: readonly string[];
  /** Columns that requests may carry although the model does not ask for them: they go into the log. */
  carried: readonly string[];
  maxRows: number;
}

/** The columns of a request, in the order that the model reads them. */
export interface Gathered {
  rows: number;
  columns: Values[];
  /** What the caller gave for each column, row by row: a missing text is still null here. */
  given: readonly ((row: number) => unknown)[];
  /** Columns that only the log sees. */
  carried: ReadonlyMap<string, readonly unknown[]>;
}

/** Which values belong to which column. @throws Refusal that names the field */
export function gathered(
  inputs: readonly InputTensor[],
  flat: readonly (readonly unknown[])[],
  signature: Signature,
): Gathered {
  const { read, matrix } = signature;
  const rows = rowsOf(inputs, signature.maxRows);
  const columns = new Array<Values | undefined>(read.length);
  const given = new Array<(row: number) => unknown>(read.length);
  const carried = new Map<string, readonly unknown[]>();
  for (const [index, input] of inputs.entries()) {
    const values = flat[index] as readonly unknown[];
    const field = `inputs[${index}]`;
    const name = `\`${field}\` (${shown(input.name)})`;
    if (matrix !== undefined && input.name === matrix && !read.some(({ column }) => column === matrix)) {
      if (input.shape[1] !== read.length)
        throw new Refusal(
          `${field}.shape`,
          `${name} has the shape [${input.shape.join(", ")}]; the model takes [rows, ${read.length}]: ${listed(
            read.map(({ column }) => column),
            20,
          )}.`,
        );
      for (const [at, one] of read.entries()) {
        once(columns[at], field, one.column);
        columns[at] = columnOf(input, values, { ...one, at, width: read.length }, rows, field);
        given[at] = (row) => values[row * read.length + at];
      }
      continue;
    }
    if (input.shape.length === 2 && input.shape[1] !== 1)
      throw new Refusal(
        `${field}.shape`,
        `${name} has the shape [${input.shape.join(", ")}]; a column has [rows] or [rows, 1].`,
      );
    const at = columnCalled(input.name, read);
    if (at !== undefined) {
      const one = read[at] as Reading;
      once(columns[at], field, one.column);
      columns[at] = columnOf(input, values, { ...one, at: 0, width: 1 }, rows, field);
      given[at] = (row) => values[row];
    } else if (signature.carried.includes(input.name)) {
      once(carried.get(input.name), field, input.name);
      carried.set(input.name, loggable(values, field));
    } else throw unknown(input.name, field, signature);
  }
  const missing = read.filter((_, at) => columns[at] === undefined).map(({ column }) => column);
  if (missing.length > 0) throw new Refusal("inputs", `\`inputs\` lacks ${listed(missing, 20)}.`);
  return { columns: columns as Values[], given, carried, rows };
}

function once(before: unknown, field: string, column: string): void {
  if (before !== undefined)
    throw new Refusal(`${field}.name`, `\`${field}\` gives ${shown(column)} a second time.`);
}

function rowsOf(inputs: readonly InputTensor[], maxRows: number): number {
  const [first] = inputs;
  const rows = first?.shape[0];
  for (const [index, { shape }] of inputs.entries()) {
    const field = `inputs[${index}].shape`;
    if (shape[0] === undefined || shape[0] === 0) throw new Refusal(field, `\`${field}\` has no row.`);
    if (shape[0] > maxRows)
      throw new Refusal(field, `\`${field}\` has ${shape[0]} rows; one request may have ${maxRows}.`);
    if (shape[0] !== rows)
      throw new Refusal(field, `\`${field}\` has ${shape[0]} rows, and \`inputs[0].shape\` has ${rows}.`);
  }
  return rows ?? 0;
}

function unknown(name: string, field: string, { read, carried, matrix }: Signature): Refusal {
  const names = [...read.map(({ column }) => column), ...(matrix === undefined ? [] : [matrix]), ...carried];
  const [near] = names
    .map((one) => ({ one, far: distance(one.toLowerCase(), name.slice(0, 200).toLowerCase()) }))
    .filter(({ one, far }) => far <= Math.max(1, Math.floor(one.length / 3)))
    .sort((a, b) => a.far - b.far);
  return new Refusal(
    `${field}.name`,
    `\`${field}\` is called ${shown(name)}, which is no column of the model${near === undefined ? `: it takes ${listed(names, 20)}` : `; the nearest is ${shown(near.one)}`}.`,
  );
}

function loggable(values: readonly unknown[], field: string): readonly unknown[] {
  const bad = values.findIndex((value) => value !== null && typeof value === "object");
  if (bad === -1) return values;
  throw new Refusal(
    `${field}.data[${bad}]`,
    `\`${field}.data[${bad}]\` is neither a number, a text nor null.`,
  );
}
