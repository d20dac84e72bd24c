import { createHash } from "node:crypto";
import {
  type ColumnType,
  type Judge,
  type OpenedTable,
  type Place,
  type Subject,
  type TableSource,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { identifier, moments, pairRows } from "@mlops-actions/tables";
import { z } from "zod";
import type { Details, RowCounts } from "../details.ts";
import { columnName, type JudgedRows, SIDES } from "../estimate/judged-rows.ts";
import type { Metric } from "../metric/metric.ts";
import { columnsOf, rulesOf } from "../rules.ts";
import type { Section } from "../section.ts";
import { type Answers, answersOf, type Classes } from "./answers.ts";
import { classesOf } from "./labels.ts";
import { trivialAnswers } from "./trivial.ts";
import { unknownColumn } from "./unknown-column.ts";

export interface Found {
  rows: JudgedRows;
  counts: RowCounts;
  /** Test rows, labelled and answered by the baseline, that the candidate left out. */
  leftOut: number;
  baseline: Details["baseline"];
  candidateName: string;
  threshold: number | null;
  subject: Subject[];
  materials: Subject[];
  /** SHA-256 of the test files, and their columns. */
  test: { digests: readonly string[]; columns: readonly string[] };
}

const LEAST_IN_COMMON = 0.9;

/** Reads the test rows and the predictions, pairs them by key, and leaves one table with labels and both models' answers. */
export async function judgedRows(judge: Judge<Section>, tables: Tables, prefix: string): Promise<Found> {
  const { data, section, task } = judge;
  const { label } = data;
  if (data.test === undefined || label === undefined)
    throw new UserError("no-test-rows", "evaluate needs test rows with labels", {
      remedy: "name them in `data.test` and `data.label`",
      at: judge.place(["data"]),
    });
  const opened = new Map<string, OpenedTable>();
  const open = async (source: TableSource, name: string, text: readonly string[]): Promise<OpenedTable> => {
    // The same file named twice is one table, so that its columns pair without a key.
    const key = JSON.stringify([source.files, source.names, source.header]);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const types = Object.fromEntries(text.map((column) => [column, "string" as const]));
    const table = await tables.open(`${prefix}${name}`, { ...source, types: { ...types, ...source.types } });
    opened.set(key, table);
    return table;
  };
  const classification = task !== "regression";
  const asText = (...columns: (string | undefined)[]) =>
    classification ? columns.filter((name) => name !== undefined) : [];
  const { candidate } = section;
  const against = section.baseline === "none" ? undefined : section.baseline;

  const test = await open(data.test, "test", asText(label.column, candidate.decision, against?.decision));
  requireColumns(judge, test, data.test.label, [label.column, ...data.key]);
  const candidateSource = judge.table(["evaluate", "candidate", "predictions"]);
  const own = await open(
    candidateSource,
    "candidate",
    asText(candidate.decision, against?.decision, task === "multiclass" ? "label" : undefined),
  );
  const baselineSource = against && judge.table(["evaluate", "baseline", "predictions"]);
  const other =
    baselineSource &&
    (await open(
      baselineSource,
      "baseline",
      asText(candidate.decision, against?.decision, task === "multiclass" ? "label" : undefined),
    ));

  const classes = await classesOf(judge, tables, test.name);
  const optionsOf = (side: "candidate" | "baseline", label: string) => ({
    threshold: section.threshold,
    label,
    key: `evaluate.${side}`,
    place: (key: string) => judge.place(["evaluate", side, key]),
  });
  const answers = answersOf(task, candidate, own, classes, optionsOf("candidate", candidateSource.label));
  const baseAnswers =
    against &&
    other &&
    baselineSource &&
    answersOf(task, against, other, classes, optionsOf("baseline", baselineSource.label));
  for (const [side, given, table, source] of [
    ["candidate", answers, own, candidateSource],
    ["baseline", baseAnswers, other, baselineSource],
  ] as const)
    if (given?.columns.includes(label.column) && table && source)
      refuseLabels(judge, { side, table, source }, test);
  if (!classification) requireNumbers(test, [label.column], data.test.label, judge.place(["data", "label"]));
  requireNumbers(own, answers.numeric, candidateSource.label, judge.place(["evaluate", "candidate"]));
  if (other && baseAnswers && baselineSource)
    requireNumbers(other, baseAnswers.numeric, baselineSource.label, judge.place(["evaluate", "baseline"]));

  const oneTable = [own, ...(other ? [other] : [])].every(({ name }) => name === test.name);
  if (data.key.length === 0 && !oneTable)
    throw new UserError(
      "no-key",
      "predictions in a file of their own need a key to be paired with the test rows",
      {
        remedy: "name the column that both files have in `data.key`",
        at: judge.place(["data"]),
      },
    );
  // Only what is asked about is carried along: a wide table stays small, and a feature may be called like a column of ours.
  const named = new Set([label.column, ...section.slices, ...columnsOf(rulesOf(judge))]);
  const columns = test.columns.map(({ name }) => name);
  const kept = columns.filter((name) => named.has(name));
  const pairing = await pairRows(tables, {
    name: `${prefix}pairs`,
    test: test.name,
    key: oneTable ? [] : data.key,
    label: label.column,
    slices: kept,
    sides:
      other && baseAnswers
        ? [
            { table: own.name, columns: answers.columns },
            { table: other.name, columns: baseAnswers.columns },
          ]
        : [{ table: own.name, columns: answers.columns }],
  });
  requireAnswers(pairing.candidate, answers, candidateSource.label);
  if (pairing.baseline && baseAnswers && baselineSource)
    requireAnswers(pairing.baseline, baseAnswers, baselineSource.label);
  const share = pairing.testRows === 0 ? 0 : pairing.common / pairing.testRows;
  if (share < LEAST_IN_COMMON)
    throw new UserError(
      "too-few-in-common",
      `${pairing.common} of ${pairing.testRows} test rows have predictions of every model; at least ${LEAST_IN_COMMON * 100} % must`,
      {
        remedy: `predict the missing rows: ${[...pairing.candidate.lacking.keys, ...(pairing.baseline?.lacking.keys ?? [])].slice(0, 5).join("; ")}`,
        at: judge.place(["evaluate"]),
      },
    );

  const meanLabel = classification ? 0 : await meanOfLabels(judge, tables, `${prefix}pairs`);
  const because = section.baseline === "none" ? "none" : "nothing-yet";
  const trivial =
    baseAnswers === undefined
      ? await trivialAnswers(tables, { pairs: `${prefix}pairs`, task, classes, meanLabel })
      : undefined;
  const name = `${prefix}judged`;
  const items = [
    classification
      ? `${classes.positive === 1 ? binary(classes.names[1] ?? "") : indexed(classes.names)} AS y`
      : "y::DOUBLE AS y",
    ...(classification ? [] : [`y::DOUBLE - (${meanLabel})::DOUBLE AS y_centred`]),
    ...answers.items("b_", "own"),
    ...(baseAnswers?.items("a_", "baseline") ?? trivial?.items ?? []),
    ...kept.map((column) => `${identifier(column)} AS ${identifier(columnName(column))}`),
  ];
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(name)} AS SELECT ${items.join(", ")} FROM ${identifier(`${prefix}pairs`)}`,
    z.unknown(),
  );
  const ownForms = await withoutFalseProbabilities(tables, name, "own", answers.forms, classes.names.length);
  const baseForms = await withoutFalseProbabilities(
    tables,
    name,
    "baseline",
    baseAnswers?.forms ?? answers.forms,
    classes.names.length,
  );
  const answered = await comparedAnswers(tables, name, {
    decisions: classification ? classes.names.length : undefined,
    isPaired: other !== undefined,
    same: sameForms(answers, baseAnswers, classes.names.length),
  });
  for (const [side, given, source] of [
    ["candidate", answers, candidateSource],
    ["baseline", baseAnswers, baselineSource],
  ] as const)
    if (given && source && pairing.rows > 0 && answered.unknown[side] === pairing.rows)
      throw await noClass(tables, judge, `${prefix}pairs`, { side, given, source, classes });
  const digests = [test, own, ...(other ? [other] : [])].map(({ files }) =>
    files.map(({ digest }) => digest.sha256),
  );
  const filesOf = (source: TableSource, table: OpenedTable): Subject[] =>
    table.files.map((file) => ({ ...file, name: table.files.length === 1 ? source.label : file.name }));
  return {
    rows: {
      tables,
      name,
      offer: {
        classes: classes.names,
        positive: classes.positive,
        forms: { own: ownForms, baseline: baseForms },
        isPaired: other !== undefined,
        columns,
        labelColumn: label.column,
      },
      seed: createHash("sha256")
        .update(JSON.stringify([digests, section.threshold]))
        .digest("hex"),
    },
    counts: {
      test: pairing.testRows,
      unlabelled: pairing.missingLabel.rows,
      candidate: pairing.candidate.rows,
      baseline: pairing.baseline?.rows ?? null,
      common: pairing.rows,
      leftOut: pairing.candidate.lacking.rows,
      unknown: {
        candidate: pairing.candidate.notInTest.rows,
        baseline: pairing.baseline?.notInTest.rows ?? null,
      },
      unknownAnswers: answered.unknown,
      differing: answered.differing,
    },
    leftOut: pairing.candidate.lacking.rows,
    baseline: trivial
      ? { kind: "trivial", answer: trivial.answer, because }
      : { kind: "predictions", name: baselineSource?.label ?? "" },
    candidateName: candidateSource.label,
    threshold:
      task === "binary" && answers.numeric.length > 0 && candidate.decision === undefined
        ? section.threshold
        : null,
    test: {
      digests: test.files.map(({ digest }) => digest.sha256),
      columns,
    },
    subject: filesOf(candidateSource, own),
    materials: [
      ...filesOf(data.test, test),
      ...(other && baselineSource ? filesOf(baselineSource, other) : []),
    ],
  };
}

function binary(positive: string): string {
  return `(CAST(y AS VARCHAR) = '${positive.replaceAll("'", "''")}')::INTEGER`;
}

function indexed(classes: readonly string[]): string {
  return `list_position([${classes.map((name) => `'${name.replaceAll("'", "''")}'`).join(", ")}], CAST(y AS VARCHAR)) - 1`;
}

function requireColumns(
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
function refuseLabels(
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

function requireNumbers(table: OpenedTable, columns: readonly string[], file: string, at: Place): void {
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

type Unusable = Awaited<ReturnType<typeof pairRows>>["candidate"];

// Nothing is imputed: a score that is not a number is the model's fault and is named with the rows that have it.
function requireAnswers(side: Unusable, answers: Answers, file: string): void {
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

/** The mean of the labels, the same bits for any order of rows. */
async function meanOfLabels(judge: Judge<Section>, tables: Tables, pairs: string): Promise<number> {
  const [found] = await moments(tables, { from: pairs, expressions: ["y::DOUBLE"] });
  const lost = found?.nonFinite[0] ?? 0;
  if (lost > 0)
    throw new UserError("bad-label", `${lost} test rows have a label that is NaN or infinite`, {
      remedy: "correct the label, or leave its field empty: rows without a label are counted, not judged",
      at: judge.place(["data", "label"]),
    });
  const mean = found?.means[0] ?? 0;
  return Number.isFinite(mean) ? mean : 0;
}

const compared = z.object({ own: z.number(), baseline: z.number(), differing: z.number() });

/** How many answers are none of the classes, and on how many rows the two models do not say exactly the same. */
async function comparedAnswers(
  tables: Tables,
  name: string,
  of: { decisions: number | undefined; isPaired: boolean; same: readonly string[] },
): Promise<Pick<RowCounts, "differing"> & { unknown: RowCounts["unknownAnswers"] }> {
  const strange = (source: "own" | "baseline") =>
    of.decisions === undefined ? "count_if(false)" : `count_if(${SIDES[source].decision} = ${of.decisions})`;
  const differs = of.same.map((form) => `own_${form} IS DISTINCT FROM baseline_${form}`);
  const [found] = await tables.query(
    `SELECT (${strange("own")})::DOUBLE AS own, (${of.isPaired ? strange("baseline") : "count_if(false)"})::DOUBLE AS baseline,
       (${of.isPaired ? `count_if(${differs.length === 0 ? "true" : differs.join(" OR ")})` : "count_if(false)"})::DOUBLE AS differing
       FROM ${identifier(name)}`,
    compared,
  );
  const { own = 0, baseline = 0, differing = 0 } = found ?? {};
  return {
    unknown: { candidate: own, baseline: of.isPaired ? baseline : null },
    differing: of.isPaired ? differing : null,
  };
}

/** Our columns by which two models say the same; none where they answer in different forms. */
function sameForms(own: Answers, other: Answers | undefined, classes: number): string[] {
  if (other === undefined || [...own.forms].join() !== [...other.forms].join()) return [];
  if (own.forms.has("number")) return ["value"];
  if (!own.forms.has("probability")) return ["decision"];
  return ["decision", ...Array.from({ length: classes }, (_, k) => `p${k}`)];
}

const said = z.object({ value: z.string().nullable() });

/** Every answer is wrong because none of them is a label at all: a fault of writing, not of the model. */
async function noClass(
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

const range = z.object({ bad: z.number() });

/** Scores outside 0..1, or class scores that do not sum to 1, rank and decide but are no probabilities. */
async function withoutFalseProbabilities(
  tables: Tables,
  name: string,
  source: "own" | "baseline",
  forms: ReadonlySet<Metric["from"]>,
  classes: number,
): Promise<ReadonlySet<Metric["from"]>> {
  if (!forms.has("probability")) return forms;
  const all = Array.from({ length: classes }, (_, k) => `${source}_p${k}`);
  const [found] = await tables.query(
    `SELECT count_if(least(${all.join(", ")}) < 0 OR greatest(${all.join(", ")}) > 1 OR abs(${all.join(" + ")} - 1) > 1e-6)::DOUBLE AS bad
       FROM ${identifier(name)}`,
    range,
  );
  return found?.bad === 0 ? forms : new Set([...forms].filter((form) => form !== "probability"));
}
