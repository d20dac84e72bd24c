import { type Batch, type Element, listed, type Reading, shown, type Values } from "@mlops-actions/core";
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { binaryData } from "./binary.ts";
import { columnCalled } from "./column-called.ts";
import { datatype, isNumeric } from "./datatype.ts";
import { Refusal } from "./refusal.ts";

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

/** A request as it was meant. */
export interface Inference {
  id: string | undefined;
  batch: Batch;
  /** What the caller gave for each column, row by row: a missing text is still null here. */
  given: readonly ((row: number) => unknown)[];
  /** Columns that only the log sees. */
  carried: ReadonlyMap<string, readonly unknown[]>;
  /** Those that the caller wants, in that order, and which of them as bytes. */
  outputs: readonly { name: string; binary: boolean }[];
}

const parameters = z.record(z.string(), z.unknown()).optional();
const tensor = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()).max(2, "a column has one size, a matrix two"),
  datatype,
  parameters,
  data: z.unknown().optional(),
});
export type TensorOfRequest = z.infer<typeof tensor>;
const envelope = z.object({
  id: z.string().max(200).optional(),
  parameters,
  inputs: z.array(tensor).min(1).max(10_000),
  outputs: z.array(z.object({ name: z.string(), parameters })).optional(),
});

/**
 * Reads an inference request of the Open Inference Protocol.
 * @param jsonBytes how much of the body is JSON, where binary data follow
 * @throws Refusal that names the field
 */
export function readRequest(body: Buffer, jsonBytes: number | undefined, signature: Signature): Inference {
  const request = parsed(jsonBytes === undefined ? body : body.subarray(0, jsonBytes));
  const tail = jsonBytes === undefined ? undefined : body.subarray(jsonBytes);
  const flat = flattened(request.inputs, tail);
  const { columns, given, carried, rows } = gathered(request.inputs, flat, signature);
  const wantsBytes = request.parameters?.binary_data_output === true;
  return {
    id: request.id,
    batch: { rows, columns },
    given,
    carried,
    outputs: outputsOf(request.outputs, wantsBytes, signature),
  };
}

function parsed(body: Buffer): z.infer<typeof envelope> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (error) {
    const isNan =
      /(?:NaN|Infinity)/.test(error instanceof Error ? error.message : "") ||
      /[[,:]\s*-?(?:NaN|Infinity)\b/.test(body.toString("latin1"));
    throw new Refusal(
      "",
      isNan
        ? "The body is no JSON: JSON has no NaN and no Infinity. Write null for a missing number."
        : `The body is no JSON: ${shown(error instanceof Error ? error.message : String(error), 160)}.`,
    );
  }
  const read = envelope.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = pathOf(issue?.path ?? []);
  throw new Refusal(
    field,
    `${field === "" ? "The request" : `\`${field}\``}: ${issue?.message ?? "is not valid"}.`,
  );
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (said, part) =>
      typeof part === "number"
        ? `${said}[${part}]`
        : said === ""
          ? shownKey(part)
          : `${said}.${shownKey(part)}`,
    "",
  );
}

function shownKey(key: PropertyKey): string {
  return String(key)
    .replaceAll(/[^\w$-]/gu, "·")
    .slice(0, 60);
}

/** The values of each tensor, row by row. */
function flattened(inputs: readonly TensorOfRequest[], tail: Buffer | undefined): (readonly unknown[])[] {
  let at = 0;
  const flat = inputs.map((input, index) => {
    const field = `inputs[${index}]`;
    const size = input.shape.reduce((product, one) => product * one, 1);
    const bytes = input.parameters?.binary_data_size;
    if (bytes !== undefined) {
      if (tail === undefined)
        throw new Refusal(
          `${field}.parameters.binary_data_size`,
          "`binary_data_size` needs the header Inference-Header-Content-Length.",
        );
      const values = binaryData(input, bytes, tail.subarray(at), size, field);
      at += Number(bytes);
      return values;
    }
    return flatData(input, size, field);
  });
  if (tail !== undefined && at !== tail.length)
    throw new Refusal("", `${tail.length - at} bytes after the JSON belong to no input.`);
  return flat;
}

function flatData({ data, shape }: TensorOfRequest, size: number, field: string): readonly unknown[] {
  if (!Array.isArray(data)) throw new Refusal(`${field}.data`, `\`${field}.data\` is not a list.`);
  let flat: readonly unknown[] = data;
  const width = shape[1];
  if (width !== undefined && Array.isArray(data[0])) {
    const bad = data.findIndex((row) => !Array.isArray(row) || row.length !== width);
    if (bad !== -1)
      throw new Refusal(
        `${field}.data[${bad}]`,
        `\`${field}.data[${bad}]\` is not a list of ${width}, as \`shape\` says.`,
      );
    flat = data.flat();
  }
  if (flat.length === size) return flat;
  throw new Refusal(
    `${field}.data`,
    `\`${field}.data\` has ${flat.length} values, and \`shape\` [${shape.join(", ")}] says ${size}.`,
  );
}

function gathered(
  inputs: readonly TensorOfRequest[],
  flat: readonly (readonly unknown[])[],
  signature: Signature,
): { columns: Values[]; rows: number } & Pick<Inference, "given" | "carried"> {
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
        columns[at] = typed(input, values, { ...one, at, width: read.length }, rows, field);
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
      columns[at] = typed(input, values, { ...one, at: 0, width: 1 }, rows, field);
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

function rowsOf(inputs: readonly TensorOfRequest[], maxRows: number): number {
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

interface Part extends Reading {
  /** Where a row's value lies. */
  at: number;
  width: number;
}

const EMPTY: Readonly<Record<Element, (rows: number) => Values>> = {
  float64: (rows) => new Float64Array(rows),
  int64: (rows) => new BigInt64Array(rows),
  int32: (rows) => new Int32Array(rows),
  bool: (rows) => new Uint8Array(rows),
  string: (rows) => new Array<string>(rows),
};

function typed(
  input: TensorOfRequest,
  flat: readonly unknown[],
  { as, at, width, column }: Part,
  rows: number,
  field: string,
): Values {
  const isText = as === "string";
  if (isText ? input.datatype !== "BYTES" : !isNumeric(input.datatype) && input.datatype !== "BOOL")
    throw new Refusal(
      `${field}.datatype`,
      `\`${field}.datatype\` is ${input.datatype}, but ${shown(column)} takes ${isText ? "texts (BYTES)" : as === "bool" ? "true and false (BOOL)" : "numbers"}.`,
    );
  const values = EMPTY[as](rows);
  for (let row = 0, from = at; row < rows; row++, from += width) {
    const value = READ[as](flat[from]);
    if (value === undefined) throw unfit(flat[from], as, column, `${field}.data[${from}]`);
    values[row] = value;
  }
  return values;
}

/** A missing number is null, and NaN for the model; a missing text is the empty one, as in files. */
const READ: Readonly<Record<Element, (value: unknown) => number | bigint | string | undefined>> = {
  float64(value) {
    if (value === null) return Number.NaN;
    if (typeof value === "boolean" || typeof value === "bigint") return Number(value);
    return typeof value === "number" && Math.abs(value) !== Number.POSITIVE_INFINITY ? value : undefined;
  },
  int64(value) {
    if (typeof value === "bigint") return value;
    if (typeof value === "boolean") return BigInt(value);
    return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
  },
  int32(value) {
    const whole = typeof value === "boolean" || typeof value === "bigint" ? Number(value) : value;
    return Number.isInteger(whole) && (whole as number) >= -(2 ** 31) && (whole as number) < 2 ** 31
      ? (whole as number)
      : undefined;
  },
  bool: (value) => (typeof value === "boolean" ? Number(value) : undefined),
  string: (value) => (value === null ? "" : typeof value === "string" ? value.toWellFormed() : undefined),
};

const WORDS: Readonly<Record<Element, string>> = {
  float64: "numbers, or null for a missing one",
  int64: "whole numbers up to 2^53",
  int32: "whole numbers up to 2^31",
  bool: "true or false",
  string: "texts, or null for a missing one",
};

function unfit(value: unknown, as: Element, column: string, field: string): Refusal {
  const said =
    typeof value === "number" || typeof value === "string" || typeof value === "boolean"
      ? shown(String(value))
      : value === null
        ? "null"
        : `a ${Array.isArray(value) ? "list" : typeof value}`;
  return new Refusal(field, `\`${field}\` is ${said}, but ${shown(column)} takes ${WORDS[as]}.`);
}

function loggable(values: readonly unknown[], field: string): readonly unknown[] {
  const bad = values.findIndex((value) => value !== null && typeof value === "object");
  if (bad === -1) return values;
  throw new Refusal(
    `${field}.data[${bad}]`,
    `\`${field}.data[${bad}]\` is neither a number, a text nor null.`,
  );
}

function outputsOf(
  wanted: z.infer<typeof envelope>["outputs"],
  wantsBytes: boolean,
  { outputs }: Signature,
): Inference["outputs"] {
  if (wanted === undefined || wanted.length === 0)
    return outputs.map((name) => ({ name, binary: wantsBytes }));
  return wanted.map(({ name, parameters }, index) => {
    if (!outputs.includes(name))
      throw new Refusal(
        `outputs[${index}].name`,
        `\`outputs[${index}]\` is called ${shown(name)}; the model answers ${listed(outputs, 20)}.`,
      );
    const own = parameters?.binary_data;
    return { name, binary: typeof own === "boolean" ? own : wantsBytes };
  });
}
