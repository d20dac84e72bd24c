import type { Source } from "../metric-spec.ts";
import type { Reader } from "./reader.ts";

/** First segments of a name that say which model is asked. */
export const PREFIXES: readonly Exclude<Source, "own">[] = ["baseline", "stable", "released"];

/** A column, plain or in backticks. */
export function readColumn(reader: Reader): string {
  const { kind, text, at } = reader.here;
  if (kind === "quoted")
    throw reader.fail(
      "column",
      `${reader.found()} is a value; a column is expected`,
      "Write the column plain or in backticks.",
    );
  if (kind !== "name" && kind !== "column")
    throw reader.fail(
      "column",
      `A column is expected instead of ${reader.found()}`,
      "Write a column's name, in backticks if it is unusual.",
    );
  if (kind === "column" && text === "")
    throw reader.fail(
      "column",
      "A column without name cannot be used",
      "Give the column a name in the table.",
    );
  reader.next();
  const prefix = kind === "name" ? PREFIXES.find((word) => word === text.split(".")[0]) : undefined;
  if (prefix !== undefined)
    throw reader.fail(
      "prefix",
      `\`${prefix}\` stands before a metric, not before a column`,
      `Write ${prefix}.missing(age), or put a column of that name in backticks.`,
      at,
    );
  return text;
}
