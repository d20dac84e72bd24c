import type { Filter } from "@mlops-actions/core";

/** A table or column name, quoted: any text is a name, none is code. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A value in SQL. Non-finite numbers have no literal and are bugs of the caller. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (!Number.isFinite(value)) throw new Error(`No SQL literal for ${value}`);
  // Without an exponent the engine reads a DECIMAL, which would round scores in comparisons.
  return Number.isSafeInteger(value) ? `${value}` : `${value.toExponential()}::DOUBLE`;
}

/**
 * One filter as SQL. Text is compared with the column's text, numbers with its number, so that no comparison
 * can end in a conversion error; a missing value fits no filter.
 */
export function filter({ column, op, value }: Filter): string {
  const operator = op === "!=" ? "<>" : op;
  return typeof value === "number"
    ? `TRY_CAST(${identifier(column)} AS DOUBLE) ${operator} ${literal(value)}`
    : `CAST(${identifier(column)} AS VARCHAR) ${operator} ${literal(value)}`;
}

/** All filters together; `true` for none. */
export function conjunction(where: readonly Filter[]): string {
  return where.length === 0 ? "true" : where.map((one) => `(${filter(one)})`).join(" AND ");
}
