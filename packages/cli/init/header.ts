import { type Column, type OpenedTable, type Tables, UserError } from "@mlops-actions/core";
import { identifier, literal } from "@mlops-actions/tables";
import { z } from "zod";
import type { Named } from "./project-file.ts";

const CSV = /\.(csv|txt|data)$/i;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The texts that values of a type are, as far as a name can be told to be one. */
const VALUE: Readonly<Partial<Record<Column["type"], RegExp>>> = {
  integer: NUMBER,
  number: NUMBER,
  boolean: /^(true|false)$/i,
  date: /^\d{4}-\d\d-\d\d$/,
  timestamp: /^\d{4}-\d\d-\d\d[T ]\d\d:/,
};

/**
 * Opens a table, and refuses one whose first line was taken for names and is a row like the others.
 * @throws UserError `no-header`, and what opening says
 */
export async function openNamed(
  tables: Tables,
  name: string,
  path: string,
  { file, names, missing }: Named,
): Promise<OpenedTable> {
  const opened = await tables.open(name, { files: [path], label: file, names, missing });
  if (CSV.test(file) && names === undefined && (await isRow(tables, opened, missing ?? [])))
    throw new UserError("no-header", `The first line of ${file} looks like a row and not like names`, {
      remedy: "if it is one, name the columns: --names first,second,…",
      at: { file, line: 1 },
    });
  return opened;
}

/** Whether the names could be values of their own columns: of each number, day and truth value, and where there are none of some text. */
async function isRow(tables: Tables, { name: table, columns }: OpenedTable, missing: readonly string[]) {
  const named = columns.filter(({ name }) => !missing.includes(name.trim()));
  const typed = named.filter(({ type }) => type !== "string");
  if (typed.some(({ name, type }) => VALUE[type]?.test(name.trim()) !== true)) return false;
  if (typed.length > 0) return !isCount(typed.map(({ name }) => Number(name)));
  const among = named.map(({ name }) => `${identifier(name)} = ${literal(name)}`);
  if (among.length === 0) return false;
  const [found] = await tables.query(
    `SELECT count(*) AS rows FROM ${identifier(table)} WHERE ${among.join(" OR ")}`,
    z.object({ rows: z.int() }),
  );
  return (found?.rows ?? 0) > 0;
}

/** 0, 1, 2, … and 1990, 2000, 2010, …: people do name columns so. */
function isCount(numbers: readonly number[]): boolean {
  const [first = Number.NaN, second = first + 1] = numbers;
  return (
    Number.isInteger(first) &&
    (numbers.length > 2 || first === 0 || first === 1) &&
    second > first &&
    numbers.every((number, at) => number === first + at * (second - first))
  );
}
