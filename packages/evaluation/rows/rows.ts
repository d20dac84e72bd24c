import { createHash } from "node:crypto";
import {
  type Judge,
  type OpenedTable,
  type Subject,
  type TableSource,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { identifier, pairRows } from "@mlops-actions/tables";
import { z } from "zod";
import type { Details, RowCounts } from "../details.ts";
import { columnName, type JudgedRows } from "../estimate/judged-rows.ts";
import type { Metric } from "../metric/metric.ts";
import type { Section } from "../section.ts";
import { type Answers, answersOf } from "./answers.ts";
import { classesOf } from "./labels.ts";
import { trivialAnswers } from "./trivial.ts";

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
    asText(candidate.decision, task === "multiclass" ? "label" : undefined),
  );
  const baselineSource = against && judge.table(["evaluate", "baseline", "predictions"]);
  const other =
    baselineSource &&
    (await open(
      baselineSource,
      "baseline",
      asText(against?.decision, task === "multiclass" ? "label" : undefined),
    ));

  const classes = await classesOf(judge, tables, test.name);
  const options = { threshold: section.threshold };
  const answers = answersOf(task, candidate, own, classes, { ...options, label: candidateSource.label });
  const baseAnswers =
    against &&
    other &&
    baselineSource &&
    answersOf(task, against, other, classes, { ...options, label: baselineSource.label });

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
  const kept = test.columns.map(({ name }) => name).filter((name) => !data.key.includes(name));
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

  const because = section.baseline === "none" ? "none" : "nothing-yet";
  const trivial =
    baseAnswers === undefined ? await trivialAnswers(tables, `${prefix}pairs`, task, classes) : undefined;
  const name = `${prefix}judged`;
  const items = [
    classification
      ? `${classes.positive === 1 ? binary(classes.names[1] ?? "") : indexed(classes.names)} AS y`
      : "y::DOUBLE AS y",
    ...(classification ? [] : ["y::DOUBLE - avg(y::DOUBLE) OVER () AS y_centred"]),
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
  const digests = [test, own, ...(other ? [other] : [])].map(({ files }) =>
    files.map(({ digest }) => digest.sha256),
  );
  const named = (source: TableSource, table: OpenedTable): Subject[] =>
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
        columns: kept,
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
    subject: named(candidateSource, own),
    materials: [...named(data.test, test), ...(other && baselineSource ? named(baselineSource, other) : [])],
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
  throw new UserError("unknown-column", `column "${lost}" is not in ${file}`, {
    remedy: `it has ${has.join(", ")}; correct \`${isLabel ? "data.label.column" : "data.key"}\``,
    at: judge.place(isLabel ? ["data", "label", "column"] : ["data", "key"]),
  });
}

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
