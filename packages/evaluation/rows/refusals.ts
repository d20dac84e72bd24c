import {
  type ColumnType,
  type Judge,
  type OpenedTable,
  type Place,
  type TableSource,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { identifier, type SideCounts } from "@mlops-actions/tables";
import { z } from "zod";
import type { Section } from "../section.ts";
import type { Answers, Classes } from "./answers.ts";
import { unknownColumn } from "./unknown-column.ts";

export function requireColumns(
  judge: Judge<Section>,
  table: OpenedTable,
  file: string,
  columns: readonly string[],
): void {
  const has = table.columns.map(({ name }) => name);
  const lost = columns.find((column) => !has.includes(column));
  if (lost === undefined) return;
  const isLabel = lost === columns[0];
  throw unknownColumn(lost, file, has, {
    key: isLabel ? "data.label.column" : "data.key",
    at: judge.place(isLabel ? ["data", "label", "column"] : ["data", "key"]),
  });
}

/** Answers that are read from the labels' own column are right by construction. */
export function refuseLabels(
  judge: Judge<Section>,
  { side, table, source }: { side: "candidate" | "baseline"; table: OpenedTable; source: TableSource },
  test: OpenedTable,
): void {
  const bytes = ({ files }: OpenedTable) => files.map(({ digest }) => digest.sha256).join();
  if (source.label !== judge.data.test?.label && bytes(table) !== bytes(test)) return;
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
  of: { side: "candidate" | "baseline"; given: Answers; source: TableSource; classes: Classes },
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
    `no answer in "${column}" of ${of.source.label} is one of the labels ${quoted(of.classes.names)}`,
    {
      remedy: `write the labels as the test rows have them; the answers are ${quoted(answers.map(({ value }) => value ?? ""))}`,
      at: judge.place(["evaluate", of.side]),
    },
  );
}
