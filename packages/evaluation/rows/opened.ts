import { type Judge, type OpenedTable, type TableSource, type Tables, UserError } from "@mlops-actions/core";
import type { Section } from "../section.ts";
import { type Answers, answersOf, type Classes } from "./answers.ts";
import { classesOf } from "./labels.ts";
import { refuseLabels, requireColumns, requireNumbers } from "./refusals.ts";

/** One model's predictions: the file as it was named, the table it became, and where the answers are in it. */
export interface Side {
  name: "candidate" | "baseline";
  source: TableSource;
  table: OpenedTable;
  answers: Answers;
}

/** Everything that is judged, read and checked, but not yet paired. */
export interface Opened {
  label: string;
  test: { source: TableSource; table: OpenedTable };
  classes: Classes;
  candidate: Side;
  baseline: Side | undefined;
  /** All of it is columns of one file: rows need no key to be paired. */
  oneTable: boolean;
}

/** Opens the test rows and the predictions and refuses what cannot be judged, each with its place. */
export async function openRows(judge: Judge<Section>, tables: Tables, prefix: string): Promise<Opened> {
  const { data, section, task } = judge;
  const { test: testSource, label } = data;
  if (testSource === undefined || label === undefined)
    throw new UserError("no-test-rows", "evaluate needs test rows with labels", {
      remedy: "name them in `data.test` and `data.label`",
      at: judge.place(["data"]),
    });
  const against = section.baseline === "none" ? undefined : section.baseline;
  // A label is text whatever it looks like: `1` of one file is the `1` of the other.
  const decisions = [section.candidate.decision, against?.decision].filter((name) => name !== undefined);
  const ofTest = task === "regression" ? [] : [label.column, ...decisions];
  const ofSides = task === "regression" ? [] : [...decisions, ...(task === "multiclass" ? ["label"] : [])];
  const known = new Map<string, OpenedTable>();
  const open = async (source: TableSource, name: string, text: readonly string[]): Promise<OpenedTable> => {
    // The same file named twice is one table, so that its columns pair without a key.
    const key = JSON.stringify([source.files, source.names, source.header]);
    const types = Object.fromEntries(text.map((column) => [column, "string" as const]));
    // Messages about keys name the table: it is called as the user calls the file.
    const called = `${prefix}${source.label}`;
    const isTaken = [...known.values()].some((other) => other.name === called);
    const table =
      known.get(key) ??
      (await tables.open(isTaken ? `${called} (${name})` : called, {
        ...source,
        types: { ...types, ...source.types },
      }));
    known.set(key, table);
    return table;
  };

  const test = await open(testSource, "test", ofTest);
  requireColumns(judge, test, testSource.label, [label.column, ...data.key]);
  const openSide = async (name: Side["name"]) => {
    const source = judge.table(["evaluate", name, "predictions"]);
    return { name, source, table: await open(source, name, ofSides) };
  };
  const candidate = await openSide("candidate");
  const baseline = against && (await openSide("baseline"));
  const classes = await classesOf(judge, tables, test.name);
  const sided = (side: Omit<Side, "answers">, written: Parameters<typeof answersOf>[1]): Side => {
    const answers = answersOf(task, written, side.table, classes, {
      threshold: section.threshold,
      label: side.source.label,
      key: `evaluate.${side.name}`,
      place: (key) => judge.place(["evaluate", side.name, key]),
    });
    if (answers.columns.includes(label.column)) refuseLabels(judge, { ...side, side: side.name }, test);
    requireNumbers(side.table, answers.numeric, side.source.label, judge.place(["evaluate", side.name]));
    return { ...side, answers };
  };
  const opened = {
    label: label.column,
    test: { source: testSource, table: test },
    classes,
    candidate: sided(candidate, section.candidate),
    baseline: baseline && against && sided(baseline, against),
  };
  if (task === "regression")
    requireNumbers(test, [label.column], testSource.label, judge.place(["data", "label"]));
  const oneTable = [candidate, ...(baseline ? [baseline] : [])].every(
    ({ table }) => table.name === test.name,
  );
  if (data.key.length === 0 && !oneTable)
    throw new UserError(
      "no-key",
      "predictions in a file of their own need a key to be paired with the test rows",
      { remedy: "name the column that both files have in `data.key`", at: judge.place(["data"]) },
    );
  return { ...opened, oneTable };
}
