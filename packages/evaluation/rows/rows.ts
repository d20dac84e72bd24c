import { type Judge, type Models, type Subject, type Tables, UserError } from "@mlops-actions/core";
import { datasetDigest, identifier, moments, type Pairing, pairRows } from "@mlops-actions/tables";
import { z } from "zod";
import type { Details, RowCounts } from "../details.ts";
import { columnName, type JudgedRows } from "../estimate/judged-rows.ts";
import { columnsOf, placed, rulesOf } from "../rules.ts";
import type { Section } from "../section.ts";
import { indexOf } from "./answers.ts";
import { comparedAnswers, sameForms, withoutFalseProbabilities } from "./compared.ts";
import { machineOf, withMachine } from "./machine.ts";
import { type Compared, type Opened, type OpenedSide, openRows, subjectsOf } from "./opened.ts";
import { refusePermuted } from "./permuted.ts";
import { noClass, requireAnswers } from "./refusals.ts";
import { trivialAnswers } from "./trivial.ts";

export interface Found {
  rows: JudgedRows;
  counts: RowCounts;
  /** What stands in for a baseline; empty where there is one. */
  constantAnswer: string;
  candidateName: string;
  threshold: Details["threshold"];
  subject: Subject[];
  materials: Subject[];
  /** The opened test rows: SHA-256 of their files, and their columns. */
  test: { table: string; digests: readonly string[]; columns: readonly string[] };
}

const LEAST_IN_COMMON = 0.9;

/** Reads the test rows and the predictions, pairs them by key, and leaves one table with labels and both models' answers. */
export async function judgedRows(
  judge: Judge<Section>,
  sides: Compared,
  ports: { tables: Tables; models: Models },
  prefix: string,
): Promise<Found> {
  const { tables } = ports;
  const opened = await openRows(judge, sides, ports, prefix);
  const { test, classes, candidate, baseline } = opened;
  // Only what is asked about is carried along: a wide table stays small, and a feature may be called like a column of ours.
  const asked = new Set([opened.label, ...judge.section.slices, ...columnsOf(rulesOf(judge))]);
  const columns = test.table.columns.map(({ name }) => name);
  const kept = columns.filter((name) => asked.has(name));
  const pairs = `${prefix}pairs`;
  const pairing = await placed(judge, { path: ["data", "key"] }, () =>
    pairRows(tables, {
      name: pairs,
      test: test.table.name,
      key: opened.key,
      label: opened.label,
      slices: kept,
      sides: baseline ? [sideOf(candidate), sideOf(baseline)] : [sideOf(candidate)],
    }),
  );
  await placed(judge, { path: ["evaluate"] }, async () => requireCommon(judge, pairing, opened));

  const name = `${prefix}judged`;
  const trivial = await judgedTable(judge, tables, { name, pairs, opened, kept });
  const count = classes.names.length;
  const forms = {
    own: await withoutFalseProbabilities(tables, name, "own", candidate.answers.forms, count),
    baseline: await withoutFalseProbabilities(
      tables,
      name,
      "baseline",
      (baseline ?? candidate).answers.forms,
      count,
    ),
  };
  const compared = await comparedAnswers(tables, name, {
    decisions: judge.task === "regression" ? undefined : count,
    isPaired: baseline !== undefined,
    same: sameForms(candidate.answers, baseline?.answers, count),
  });
  for (const side of [candidate, ...(baseline ? [baseline] : [])])
    if (pairing.rows > 0 && compared.unknown[side.name] === pairing.rows)
      throw await noClass(tables, judge, pairs, {
        side: side.name,
        given: side.answers,
        label: side.label,
        classes,
      });
  await refusePermuted(tables, name, { judge, side: candidate, classes: classes.names });

  return {
    rows: {
      tables,
      name,
      offer: {
        classes: classes.names,
        positive: classes.positive,
        forms: {
          own: withMachine(forms.own, candidate),
          baseline: withMachine(forms.baseline, baseline),
        },
        isPaired: baseline !== undefined,
        columns,
        labelColumn: opened.label,
      },
      seed: await contentOf(tables, name, opened),
      machine: machineOf(ports.models, judge.task, opened),
    },
    counts: countsOf(pairing, compared, opened.changedFeatures),
    constantAnswer: trivial,
    candidateName: candidate.label,
    threshold: {
      candidate: candidate.answers.decidesAt,
      baseline: baseline?.answers.decidesAt ?? null,
    },
    test: { table: test.table.name, digests: test.table.files.map(({ digest }) => digest.sha256), columns },
    subject: once(candidate.subject),
    materials: once([...subjectsOf(test.table, test.source.label), ...(baseline?.subject ?? [])]),
  };
}

function sideOf({ table, answers }: OpenedSide) {
  return { table: table.name, columns: answers.columns };
}

/** Each file once, however many hands it went through. */
function once(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map((one) => [`${one.name} ${one.digest.sha256}`, one])).values()];
}

/** Nothing is imputed and nothing is judged on a remainder: too few rows in common, or an answer that is no number, end it. */
function requireCommon(judge: Judge<Section>, pairing: Pairing, { candidate, baseline }: Opened): void {
  requireAnswers(pairing.candidate, candidate.answers, candidate.label);
  if (pairing.baseline && baseline) requireAnswers(pairing.baseline, baseline.answers, baseline.label);
  const { common, testRows } = pairing;
  if (testRows > 0 && common / testRows >= LEAST_IN_COMMON) return;
  const least = `at least ${LEAST_IN_COMMON * 100} % must`;
  const ofBaseline = pairing.baseline?.lacking;
  // What a version has answered is stored with it; here it cannot answer more.
  if (baseline?.stored && ofBaseline !== undefined && ofBaseline.rows > pairing.candidate.lacking.rows)
    throw new UserError(
      "too-few-in-common",
      `${testRows - ofBaseline.rows} of ${testRows} test rows have stored predictions of ${baseline.label}; ${least}`,
      {
        remedy:
          "have it asked again by its own code, in a job of its own with `stages: baseline`, and hand that job's output over as `baseline`. Where it can answer no more: add test rows in portions of less than a tenth, with a version registered after each; or compare with nothing for one version, in the same pull request as the rows: `baseline: none`, and rules without `baseline.` (rows that are merged already keep every check from judging, so that this one has to be merged past it)",
        at: judge.place(["evaluate", "baseline"]),
      },
    );
  const lacking = [...pairing.candidate.lacking.keys, ...(ofBaseline?.keys ?? [])].slice(0, 5);
  throw new UserError(
    "too-few-in-common",
    `${common} of ${testRows} test rows have predictions of every model; ${least}`,
    { remedy: `predict the missing rows: ${lacking.join("; ")}`, at: judge.place(["evaluate"]) },
  );
}

/** Makes the table of judged rows. @returns the constant answer that stands in for a baseline, empty where there is one */
async function judgedTable(
  judge: Judge<Section>,
  tables: Tables,
  of: { name: string; pairs: string; opened: Opened; kept: readonly string[] },
): Promise<string> {
  const { name, pairs, kept } = of;
  const { classes, candidate, baseline } = of.opened;
  const isNumber = judge.task === "regression";
  const meanLabel = isNumber ? await meanOfLabels(judge, tables, pairs) : 0;
  const trivial =
    baseline === undefined
      ? await trivialAnswers(tables, { pairs, task: judge.task, classes, meanLabel })
      : undefined;
  const items = [
    ...(isNumber
      ? ["y::DOUBLE AS y", `y::DOUBLE - (${meanLabel})::DOUBLE AS y_centred`]
      : [`${indexOf("y", classes.names)} AS y`]),
    ...candidate.answers.items("b_", "own"),
    ...(baseline?.answers.items("a_", "baseline") ?? trivial?.items ?? []),
    ...kept.map((column) => `${identifier(column)} AS ${identifier(columnName(column))}`),
  ];
  await tables.query(
    `CREATE OR REPLACE TEMP TABLE ${identifier(name)} AS SELECT ${items.join(", ")} FROM ${identifier(pairs)}`,
    z.unknown(),
  );
  return trivial?.answer ?? "";
}

/** A digest of what is judged, labels and answers, whatever the order of rows: the seed of every resampling. */
async function contentOf(
  tables: Tables,
  name: string,
  { candidate, baseline, classes }: Opened,
): Promise<string> {
  const ofSide = (source: "own" | "baseline", forms: ReadonlySet<string>): string[] => [
    ...(forms.has("number") ? [`${source}_value`] : []),
    ...(forms.has("decision") ? [`${source}_decision`] : []),
    ...(forms.has("probability") ? classes.names.map((_, k) => `${source}_p${k}`) : []),
  ];
  const columns = [
    "y",
    ...ofSide("own", candidate.answers.forms),
    ...ofSide("baseline", (baseline ?? candidate).answers.forms),
  ];
  return datasetDigest(
    tables,
    name,
    columns.map((column) => ({ name: column, type: "number" })),
  );
}

function countsOf(
  pairing: Pairing,
  compared: Awaited<ReturnType<typeof comparedAnswers>>,
  changedFeatures: number,
): RowCounts {
  return {
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
    unknownAnswers: compared.unknown,
    changedFeatures,
    differing: compared.differing,
  };
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
