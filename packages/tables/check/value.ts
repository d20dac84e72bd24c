import type { Column, ColumnType } from "@mlops-actions/core";
import { cast } from "../read/cast.ts";
import { identifier } from "../sql.ts";

/** A column with the type that its values shall have; without one, the type that it has. */
export interface Declared {
  column: Column;
  type: ColumnType | undefined;
}

/** SQL that is true where a row has no value: nothing, NaN, or the empty text. */
export function absent({ column, type }: Declared): string {
  const name = identifier(column.name);
  const { empty, nan } = column.presence;
  // Which of them a column has is known since it was opened: what it has not is not looked for.
  const forms = [`${name} IS NULL`];
  if (empty > 0) forms.push(`${name} = ''`);
  if (nan > 0) forms.push(`isnan(${name})`);
  if (isText(column) && type === "number") forms.push(`lower(${name}) = 'nan'`);
  return forms.length === 1 ? (forms[0] as string) : `(${forms.join(" OR ")})`;
}

/** How many rows have no value, where no scan is needed to know. */
export function countAbsent({ column, type }: Declared): number | undefined {
  if (isText(column) && type === "number") return undefined;
  const { missing, empty, nan } = column.presence;
  return missing + empty + nan;
}

/** SQL of the value as its declared type; NULL for what is none. `exact`: what is present always is one. */
export function typedValue({ column, type }: Declared): { sql: string; type: ColumnType; exact: boolean } {
  const name = identifier(column.name);
  const has = column.type;
  if (type === undefined || type === has)
    return { sql: name, type: has, exact: has !== "number" || column.presence.infinite === 0 };
  if (type === "number" && has === "integer") return { sql: name, type, exact: true };
  if (type === "timestamp" && has === "date") return { sql: `CAST(${name} AS TIMESTAMP)`, type, exact: true };
  if (type === "integer" && has === "number")
    return {
      sql: `CASE WHEN ${name} = trunc(${name}) AND abs(${name}) <= 9007199254740991 THEN ${name} END`,
      type,
      exact: false,
    };
  if (type === "date" && has === "timestamp")
    return {
      sql: `CASE WHEN ${name} = date_trunc('day', ${name}) THEN CAST(${name} AS DATE) END`,
      type,
      exact: false,
    };
  // A number is no text, although it can be written as one: whoever reads the table gets a number.
  if (type === "string") return { sql: "CAST(NULL AS VARCHAR)", type, exact: false };
  if (!isText(column) && !(type === "boolean" && has === "integer"))
    return { sql: `CAST(NULL AS ${ENGINE[type]})`, type, exact: false };
  const text = isText(column) ? name : `CAST(${name} AS VARCHAR)`;
  return { sql: `(${cast(text, type)})`, type, exact: false };
}

const ENGINE: Readonly<Record<ColumnType, string>> = {
  integer: "BIGINT",
  number: "DOUBLE",
  string: "VARCHAR",
  boolean: "BOOLEAN",
  date: "DATE",
  timestamp: "TIMESTAMP",
};

function isText({ type }: Column): boolean {
  return type === "string";
}
