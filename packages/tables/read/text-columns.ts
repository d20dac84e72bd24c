import { type ColumnType, shown, type TableSource, UserError } from "@mlops-actions/core";
import type { Engine, Row } from "../engine.ts";
import { identifier, literal } from "../sql.ts";
import { cast, kindOf, typeOf } from "./cast.ts";

/** A column whose values arrive as text. */
export interface TextColumn {
  name: string;
  /** SQL of the text in the staged relation. */
  text: string;
  declared: ColumnType | undefined;
  /** Kept as text where no type is declared, because the file says that it is text. */
  isText?: boolean;
}

export interface TextRelation {
  /** SQL that can stand in a FROM. */
  from: string;
  columns: readonly TextColumn[];
  /** Whether spaces stand behind some value; those never belong to a number or a date. */
  trailingSpaces: boolean;
  missing: readonly string[];
  label: string;
  /** Where row `index` (from 0) is, for messages. */
  placeOf(index: number): Promise<{ file: string; line: number }>;
}

const batch = 200;

/** The type that a column is declared to have. Its name is the data's: it may be one that every object knows. */
export function declaredType({ types = {} }: TableSource, column: string): ColumnType | undefined {
  return Object.hasOwn(types, column) ? types[column] : undefined;
}

/**
 * Makes the table `name`: each column of its declared type, or of the narrowest type that all of its values have.
 *
 * @throws UserError naming the column, the count, the first line and value, where values do not have the declared type
 */
export async function typedTable(
  engine: Engine,
  name: string,
  relation: TextRelation,
): Promise<{ rows: number }> {
  const types: ColumnType[] = [];
  let rows = 0;
  for (let from = 0; from < relation.columns.length; from += batch) {
    const part = relation.columns.slice(from, from + batch);
    const [found] = await engine.run(
      `SELECT count(*) AS n, ${part.map((column, at) => `${asked(column, relation)} AS c${at}`).join(", ")} FROM ${relation.from}`,
    );
    if (found === undefined) throw new Error("An aggregate gave no row");
    rows = Number(found.n);
    for (const [at, column] of part.entries()) {
      types.push(await typeFrom(engine, column, found[`c${at}`] ?? null, relation));
    }
  }
  const items = relation.columns.map(
    (column, at) =>
      `${cast(textOf(column, relation, types[at]), types[at] as ColumnType)} AS ${identifier(column.name)}`,
  );
  await engine.run(`CREATE TABLE ${identifier(name)} AS SELECT ${items.join(", ")} FROM ${relation.from}`);
  return { rows };
}

/** Declared: how many values do not have the type. Inferred: the kinds of all values. */
function asked(column: TextColumn, relation: TextRelation): string {
  if (column.declared === "string" || (column.declared === undefined && column.isText === true)) return "0";
  if (column.declared === undefined) return `bit_or(${kindOf(textOf(column, relation, "number"))})`;
  return `count_if(${unfit(column, column.declared, relation)})`;
}

function unfit(column: TextColumn, type: ColumnType, relation: TextRelation): string {
  const value = textOf(column, relation, type);
  return `${value} IS NOT NULL AND (${cast(value, type)}) IS NULL`;
}

/** Quoted empty text is text; for any other type it is no value. */
function textOf(column: TextColumn, relation: TextRelation, type: ColumnType | undefined): string {
  const marks = relation.missing.map((mark) => mark.trim()).filter((mark) => mark !== "");
  const known =
    marks.length === 0
      ? column.text
      : `CASE WHEN trim(${column.text}) IN (${marks.map(literal).join(", ")}) THEN NULL ELSE ${column.text} END`;
  if (type === "string") return known;
  return relation.trailingSpaces ? `nullif(rtrim(${known}, ' '), '')` : `nullif(${known}, '')`;
}

async function typeFrom(
  engine: Engine,
  column: TextColumn,
  found: Row[string],
  relation: TextRelation,
): Promise<ColumnType> {
  if (column.declared === undefined) return column.isText === true ? "string" : typeOf(Number(found));
  if (Number(found) > 0) await refuse(engine, column, column.declared, Number(found), relation);
  return column.declared;
}

async function refuse(
  engine: Engine,
  column: TextColumn,
  type: ColumnType,
  count: number,
  relation: TextRelation,
): Promise<never> {
  const [first] = await engine.run(
    `SELECT * FROM (SELECT row_number() OVER () - 1 AS record, ${column.text} AS value, ${unfit(column, type, relation)} AS unfit FROM ${relation.from}) WHERE unfit ORDER BY record LIMIT 1`,
  );
  if (first === undefined) throw new Error(`No first of ${count} values of ${column.name}`);
  const place = await relation.placeOf(Number(first.record));
  const how = count === 1 ? "1 value is" : `${count} values are`;
  throw new UserError(
    "value-not-of-type",
    `${place.file}, line ${place.line}: ${how} not ${article[type]} in column ${shown(column.name)}; the first is ${shown(String(first.value))}.`,
    {
      remedy: `Correct the values, list the text under \`missing\` if it means "no value", or declare another type.`,
      at: place,
    },
  );
}

const article: Readonly<Record<ColumnType, string>> = {
  integer: "an integer (up to 2^53)",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  date: "a date (YYYY-MM-DD)",
  timestamp: "a time (YYYY-MM-DD hh:mm:ss)",
};
