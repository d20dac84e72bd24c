import {
  type Judge,
  type Models,
  type OpenedTable,
  type Subject,
  type TableSource,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import type { Section } from "../section.ts";
import type { Side } from "../side/side.ts";
import { type Answers, answersOf, type Classes } from "./answers.ts";
import { answersByModel, askedRows, changedRows, type Model, ROW, withRowNumbers } from "./asked.ts";
import { classesOf } from "./labels.ts";
import { refuseLabelAsInput, refuseLabels, requireColumns, requireNumbers } from "./refusals.ts";

/** The two models of a comparison and the rows that they are asked about. */
export interface Compared {
  candidate: Side;
  baseline: Side | undefined;
  /** The test rows of the change itself: their features are the candidate's, their keys and labels judge nothing. */
  proposedRows: TableSource | undefined;
}

/** One model with its answers: the table they are in, and where in it. */
export interface OpenedSide {
  name: Side["name"];
  label: string;
  table: OpenedTable;
  answers: Answers;
  subject: readonly Subject[];
  /** The model can be asked here, and so be timed. */
  asking: { model: Model; from: string } | undefined;
  size: number | undefined;
  /** It can be had to answer no further row. */
  stored: boolean;
}

/** Everything that is judged, read and checked, but not yet paired. */
export interface Opened {
  label: string;
  test: { source: TableSource; table: OpenedTable };
  /** By which a side's rows are those of the test; empty where all of it is columns of one file. */
  key: readonly string[];
  classes: Classes;
  /** Rows whose features the change has altered in columns that the base has too. */
  changedFeatures: number;
  candidate: OpenedSide;
  baseline: OpenedSide | undefined;
}

/** Opens the test rows and has both models' answers, and refuses what cannot be judged, each with its place. */
export async function openRows(
  judge: Judge<Section>,
  compared: Compared,
  { tables, models }: { tables: Tables; models: Models },
  prefix: string,
): Promise<Opened> {
  const { data, task } = judge;
  const { test: testSource, label } = data;
  if (testSource === undefined || label === undefined)
    throw new UserError("no-test-rows", "evaluate needs test rows with labels", {
      remedy: "name them in `data.test` and `data.label`",
      at: judge.place(["data"]),
    });
  const sides = [compared.candidate, ...(compared.baseline ? [compared.baseline] : [])];
  // A label is text whatever it looks like: `1` of one file is the `1` of the other.
  const decisions = sides.flatMap(({ answering }) =>
    answering.by === "predictions" && answering.columns.decision !== undefined
      ? [answering.columns.decision]
      : [],
  );
  const ofTest = task === "regression" ? [] : [label.column, ...decisions];
  const ofSides = task === "regression" ? [] : [...decisions, ...(task === "multiclass" ? ["label"] : [])];
  const open = opener(tables, prefix);

  const read = await open(testSource, "test", ofTest);
  requireColumns(judge, read, testSource.label, { label: true });
  const isAsked = sides.some(({ answering }) => answering.by === "model");
  const numbered = isAsked && data.key.length === 0;
  const test = numbered ? await withRowNumbers(tables, read, `${prefix}test rows`) : read;
  const key = numbered ? [ROW] : data.key;
  const classes = await classesOf(judge, tables, test.name);

  let changedFeatures = 0;
  const ask = async ({ name, label: called, size, subject }: Side, model: Model) => {
    const inspected = await models.inspect({ file: model.file, label: called });
    refuseLabelAsInput(judge, inspected, { name, label: called, features: model.interface.features ?? [] });
    const asking = { model, from: await rowsFor(name) };
    const into = `${prefix}answers of the ${name}`;
    const asked = { into, asking, label: called, task, classes: classes.names, key };
    const itself = { name: called, digest: { sha256: inspected.sha256 } };
    return {
      table: await answersByModel(models, tables, asked),
      asking,
      size: size ?? inspected.bytes,
      subject: subject.length > 0 ? subject : [itself],
    };
  };
  const fromFile = async ({ name, size, subject }: Side, source: TableSource) => {
    const table = await open(source, name, ofSides);
    return { table, asking: undefined, size, subject: [...subject, ...subjectsOf(table, source.label)] };
  };
  const openSide = async (side: Side): Promise<OpenedSide> => {
    const { name, label: called, answering } = side;
    const opened =
      answering.by === "model" ? await ask(side, answering) : await fromFile(side, answering.source);
    const { table } = opened;
    const answers = answersOf(task, answering.by === "predictions" ? answering.columns : {}, table, classes, {
      threshold: side.threshold,
      label: called,
      key: `evaluate.${name}`,
      place: (key) => judge.place(["evaluate", name, key]),
    });
    if (answers.columns.includes(label.column))
      refuseLabels(judge, { side: name, table, label: called }, read);
    requireNumbers(table, answers.numeric, called, judge.place(["evaluate", name]));
    const stored = side.registered === true && answering.by === "predictions";
    return { name, label: called, answers, stored, ...opened };
  };
  // The candidate brings its own features; whatever else a change does to the test rows counts for nothing.
  const rowsFor = async (name: Side["name"]): Promise<string> => {
    const own = name === "candidate" ? compared.proposedRows : undefined;
    const table = own === undefined ? test : await open(own, "test (as proposed)", ofTest);
    const isSame = own === undefined || digestsOf(table) === digestsOf(read);
    if (!isSame && numbered)
      throw new UserError("no-key", "this change alters the test rows, and they have no key to be told by", {
        remedy: "name the column that tells rows apart in `data.key`",
        at: judge.place(["data"]),
      });
    if (own !== undefined && !isSame) {
      requireColumns(judge, table, own.label, { label: false });
      changedFeatures = await changedRows(tables, test, table, key, label.column);
    }
    return askedRows(tables, isSame ? test : table, `${prefix}rows for the ${name}`, label.column);
  };

  const candidate = await openSide(compared.candidate);
  const baseline = compared.baseline && (await openSide(compared.baseline));
  if (task === "regression")
    requireNumbers(read, [label.column], testSource.label, judge.place(["data", "label"]));
  const oneTable = [candidate, ...(baseline ? [baseline] : [])].every(
    ({ table }) => table.name === test.name,
  );
  const predicted = sides.some(({ answering }) => answering.by === "predictions");
  if (data.key.length === 0 && predicted && !oneTable)
    throw new UserError(
      "no-key",
      "predictions in a file of their own need a key to be paired with the test rows",
      { remedy: "name the column that both files have in `data.key`", at: judge.place(["data"]) },
    );
  return {
    label: label.column,
    test: { source: testSource, table: test },
    key: oneTable ? [] : key,
    classes,
    changedFeatures,
    candidate,
    baseline,
  };
}

type Open = (source: TableSource, name: string, text: readonly string[]) => Promise<OpenedTable>;

function opener(tables: Tables, prefix: string): Open {
  const known = new Map<string, OpenedTable>();
  return async (source, name, text) => {
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
}

function digestsOf({ files }: OpenedTable): string {
  return files.map(({ digest }) => digest.sha256).join();
}

/** The files of a table by digest, under the name that the user gave them. */
export function subjectsOf({ files }: OpenedTable, label: string): Subject[] {
  return files.map((file) => ({ ...file, name: files.length === 1 ? label : file.name }));
}
