import { type Column, listed, type Tables, UserError } from "@mlops-actions/core";
import { identifier } from "@mlops-actions/tables";
import { z } from "zod";

/** What the model predicts, and so which task it has. */
export type Answer =
  | { task: "binary"; column: string; positive: string | number | boolean; share: number }
  | { task: "multiclass"; column: string; classes: readonly string[] }
  | { task: "regression"; column: string };

/** A value of the label and how many rows have it. */
export interface Counted {
  value: string;
  rows: number;
}

/** Names that people give to what is predicted, the plainest first. */
const USUAL = ["label", "target", "y", "class", "outcome"];
/** More different texts than this are no classes. */
const CLASSES = 50;

const counted = z.object({ value: z.string(), rows: z.int() });

/**
 * The column that the model predicts: the one that was named, else the one with a usual name.
 * @throws UserError `label-unknown`
 */
export function answerColumn<Named extends Pick<Column, "name">>(
  columns: readonly Named[],
  named: string | undefined,
): Named {
  const called = (wanted: string) => columns.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const [found] = named === undefined ? USUAL.flatMap((usual) => called(usual) ?? []) : [called(named)];
  if (found !== undefined) return found;
  const names = columns.map(({ name }) => name);
  const what =
    named === undefined
      ? "Nobody says which column the model predicts"
      : `There is no column ${JSON.stringify(named)}`;
  throw new UserError("label-unknown", `${what}; there are ${listed(names)}`, {
    remedy: "say it: --label COLUMN",
  });
}

/** The values of a label, the commonest first; one more than could be classes, so that too many are seen to be. */
export function labelValues(tables: Tables, table: string, { name }: Column): Promise<Counted[]> {
  const column = identifier(name);
  return tables.query(
    `SELECT CAST(${column} AS VARCHAR) AS value, count(*) AS rows FROM ${identifier(table)}
     WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY rows DESC, value LIMIT ${CLASSES + 1}`,
    counted,
  );
}

/**
 * The task, from what the label's values are. Two values: binary, and `1`, `true` or else the rarer one is positive. Texts: multiclass, in alphabetical order, as
 * scikit-learn has its classes. Any other number: regression.
 * @param values the commonest first
 * @throws UserError `label-useless` where there is nothing to learn, or too much
 */
export function answerOf({ name: column, type }: Column, values: readonly Counted[]): Answer {
  const [common, rare, third] = values;
  const useless = (is: string) =>
    new UserError("label-useless", `The label ${JSON.stringify(column)} ${is}`, {
      remedy: "name another column with --label",
    });
  if (common === undefined || rare === undefined) throw useless("has no two different values");
  if (third === undefined) {
    // 1 and true say by themselves that they are positive.
    const plain = [common, rare].find(({ value }) => ["1", "1.0", "true"].includes(value));
    const positive = plain ?? (rare.rows === common.rows && common.value > rare.value ? common : rare);
    const share = positive.rows / (common.rows + rare.rows);
    return { task: "binary", column, positive: typed(type, positive.value), share };
  }
  if (type === "integer" || type === "number") return { task: "regression", column };
  if (type !== "string" || values.length > CLASSES)
    throw useless("is neither a number nor one of some classes");
  return { task: "multiclass", column, classes: values.map(({ value }) => value).toSorted() };
}

function typed(type: Column["type"], value: string): string | number | boolean {
  if (type === "integer" || type === "number") return Number(value);
  return type === "boolean" ? value === "true" : value;
}
