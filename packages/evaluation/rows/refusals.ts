import {
  type ColumnType,
  type InspectedModel,
  type Judge,
  type OpenedTable,
  type Place,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { identifier, type SideCounts } from "@mlops-actions/tables";
import { z } from "zod";
import type { Section } from "../section.ts";
import type { Answers, Classes } from "./answers.ts";
import { unknownColumn } from "./unknown-column.ts";

/** Refuses test rows without the label or a column of the key. */
export function requireColumns(
  { data: { key, label }, place }: Judge<Section>,
  { columns }: OpenedTable,
  file: string,
  wanted: { label: boolean },
): void {
  const has = columns.map(({ name }) => name);
  const refuse = (column: string, path: readonly string[]) => {
    throw unknownColumn(column, file, has, { key: path.join("."), at: place(path) });
  };
  if (wanted.label && label !== undefined && !has.includes(label.column))
    refuse(label.column, ["data", "label", "column"]);
  for (const column of key) if (!has.includes(column)) refuse(column, ["data", "key"]);
}

/** A model that is given the answer is no model; a column that it asks for and nobody has is told by the asking. */
export function refuseLabelAsInput(
  judge: Judge<Section>,
  { inputs }: InspectedModel,
  { name, label, features }: { name: "candidate" | "baseline"; label: string; features: readonly string[] },
): void {
  const answer = judge.data.label?.column ?? "";
  if (!inputs.some((input) => input.name === answer) && !features.includes(answer)) return;
  throw new UserError("label-as-input", `${label} asks for the label column "${answer}" as an input`, {
    remedy: "train it without the label, and leave the label out of `predict.features`",
    at: judge.place(["evaluate", name]),
  });
}

/** Answers that are read from the labels' own column are right by construction. */
export function refuseLabels(
  judge: Judge<Section>,
  { side, table, label }: { side: "candidate" | "baseline"; table: OpenedTable; label: string },
  test: OpenedTable,
): void {
  const bytes = ({ files }: OpenedTable) => files.map(({ digest }) => digest.sha256).join();
  if (label !== judge.data.test?.label && bytes(table) !== bytes(test)) return;
  throw new UserError(
    "answers-are-labels",
    `the ${side}'s answers are the label column "${judge.data.label?.column}" of the test rows`,
    { remedy: "name the column that the model wrote", at: judge.place(["evaluate", side]) },
  );
}

export function requireNumbers(
  table: OpenedTable,
  columns: readonly string[],
  file: string,
  at: Place,
): void {
  const column = table.columns.find(
    ({ name, type, presence }) =>
      columns.includes(name) && type !== "number" && type !== "integer" && presence.present > 0,
  );
  if (column === undefined) return;
  const { name, type } = column;
  throw new UserError(
    "not-a-number",
    `column "${name}" of ${file} holds ${KINDS[type] ?? type}, not numbers`,
    {
      remedy: "write numbers with a decimal point, or name the column that has them",
      at,
    },
  );
}

const KINDS: Partial<Record<ColumnType, string>> = {
  string: "text",
  boolean: "true and false",
  date: "dates",
  timestamp: "times",
};

// Nothing is imputed: a score that is not a number is the model's fault and is named with the rows that have it.
export function requireAnswers(side: SideCounts, answers: Answers, file: string): void {
  for (const { column, missing, nan, infinite } of side.unusable) {
    if (!answers.numeric.includes(column)) continue;
    const lost = [missing, nan, infinite].find(({ rows }) => rows > 0);
    if (lost === undefined) continue;
    const what = lost === missing ? "no value" : lost === nan ? "NaN" : "an infinite value";
    throw new UserError("bad-prediction", `${file} has ${what} in "${column}" for ${lost.rows} test rows`, {
      remedy: `predict them: ${lost.keys.join("; ")}`,
    });
  }
}

const said = z.object({ value: z.string().nullable() });

/** Every answer is wrong because none of them is a label at all: a fault of writing, not of the model. */
export async function noClass(
  tables: Tables,
  judge: Judge<Section>,
  pairs: string,
  of: { side: "candidate" | "baseline"; given: Answers; label: string; classes: Classes },
): Promise<UserError> {
  const column = of.given.columns.at(-1) ?? "";
  const answers = await tables.query(
    `SELECT CAST(${identifier(`${of.side === "candidate" ? "b" : "a"}_${column}`)} AS VARCHAR) AS value FROM ${identifier(pairs)}
       GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 5`,
    said,
  );
  const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(", ");
  return new UserError(
    "unknown-label",
    `no answer in "${column}" of ${of.label} is one of the labels ${quoted(of.classes.names)}`,
    {
      remedy: `write the labels as the test rows have them; the answers are ${quoted(answers.map(({ value }) => value ?? ""))}`,
      at: judge.place(["evaluate", of.side]),
    },
  );
}
