import { type Element, type Reading, shown, type Values } from "@mlops-actions/core";
import { isNumeric } from "./datatype.ts";
import { Refusal } from "./refusal.ts";
import type { InputTensor } from "./tensor.ts";

/** A column among the values of a tensor. */
export interface Part extends Reading {
  /** Where the first row's value lies. */
  at: number;
  /** How far it is to the next row's. */
  width: number;
}

const EMPTY: Readonly<Record<Element, (rows: number) => Values>> = {
  float64: (rows) => new Float64Array(rows),
  int64: (rows) => new BigInt64Array(rows),
  int32: (rows) => new Int32Array(rows),
  bool: (rows) => new Uint8Array(rows),
  string: (rows) => new Array<string>(rows),
};

/** The values of one column as its model takes them. @param field where the tensor stands in the request @throws Refusal */
export function columnOf(
  input: InputTensor,
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
    if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : undefined;
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
