import {
  type Files,
  type Manifest,
  type OpenedTable,
  type Project,
  type Subject,
  type TableSource,
  type Tables,
  UserError,
} from "@mlops-actions/core";
import { type Profile, profileOf } from "@mlops-actions/tables";
import type { Accepted } from "./trust/accepted.ts";

/** A file by what was said of it, and where its bytes lie. */
export interface Located {
  subject: Subject;
  path: string;
}

/** What the answers to the test rows are called in a candidate and in a version. */
export const PREDICTIONS = /^predictions\.(parquet|csv)$/;

/**
 * The answers to the test rows: the training's, where the model can only be asked there, else the evaluation's. `undefined` where
 * neither has kept any.
 */
export async function predictionsOf(
  { train, evaluate }: Accepted,
  files: Files,
): Promise<Located | undefined> {
  const [subject, ...others] = [train, evaluate].flatMap((statement) =>
    statement.subject.filter(({ name }) => PREDICTIONS.test(name)),
  );
  if (subject === undefined) return undefined;
  const other = others.find(({ digest }) => digest.sha256 !== subject.digest.sha256);
  if (other !== undefined)
    throw new UserError(
      "other-bytes",
      `the evidence names two answers to the test rows: \`${subject.name}\` ${subject.digest.sha256} and \`${other.name}\` ${other.digest.sha256}`,
      { remedy: "register the candidate that was evaluated, unchanged" },
    );
  return { subject, path: await located(subject, files) };
}

/** @throws UserError where nobody here has these bytes */
export async function located(subject: Subject, files: Files): Promise<string> {
  const path = await files.find(subject);
  if (path !== undefined) return path;
  throw new UserError(
    "no-such-bytes",
    `there is no \`${subject.name}\` with the digest ${subject.digest.sha256} here`,
    {
      remedy:
        "pass the candidate as the training has left it: a file of it is gone, or its bytes have changed",
    },
  );
}

/**
 * Freezes the training rows where the very ones are on this machine, else the test rows that the evaluation read; and the model's answers to those.
 * What has other digests than the evidence is not profiled.
 */
export async function profiled(of: {
  project: Pick<Project<unknown>, "data">;
  manifest: Manifest;
  known: Accepted;
  predictions: Located | undefined;
  tables: Tables;
  /** Has a model's answers to these rows, where they were not handed over. */
  ask: (test: OpenedTable) => Promise<OpenedTable | undefined>;
}): Promise<Profile> {
  const { project, manifest, known, predictions, tables, ask } = of;
  const { train, test, key } = project.data;
  const tested = await opened("test", test, known.evaluate.predicate.materials, tables);
  const reference = (await opened("train", train, manifest.training.data, tables)) ?? tested;
  if (reference === undefined)
    throw new UserError(
      "no-reference",
      "neither the training rows of this model nor the test rows that it was judged on are here",
      { remedy: "run on the commit that was evaluated, with `data.test` fetched as it was then" },
    );
  const answers = predictions
    ? await tables.open("register predictions", {
        files: [predictions.path],
        label: predictions.subject.name,
      })
    : tested && (await ask(tested.table));
  return profileOf(tables, {
    reference: { ...reference, without: key, shown: shownIn(reference.table, of) },
    predictions: answers && { table: answers, without: key },
  });
}

/**
 * The columns whose values are published: what the model takes, the label, and what the rules name, by a rule of its own, a slice or groups.
 * `undefined`, all of them, where nobody knows what the model takes.
 */
function shownIn(
  { columns }: OpenedTable,
  {
    project: { data },
    manifest: {
      interface: { features, inputs },
    },
    known: { evaluation, judged },
  }: { project: Pick<Project<unknown>, "data">; manifest: Manifest; known: Accepted },
): string[] | undefined {
  const taken = features ?? inputs?.map(({ name }) => name) ?? [];
  if (!columns.some(({ name }) => taken.includes(name))) return undefined;
  const quantities = judged.flatMap(({ contrast }) => contrast.terms.map(({ quantity }) => quantity));
  return [
    ...taken,
    ...(data.label === undefined ? [] : [data.label.column]),
    ...(data.ruled ?? []),
    ...evaluation.slices.map(({ column }) => column),
    ...quantities.flatMap(({ where, over }) => [
      ...where.map(({ column }) => column),
      ...(over?.by.flat() ?? []),
    ]),
  ];
}

async function opened<Of extends "train" | "test">(
  of: Of,
  source: TableSource | undefined,
  said: readonly Subject[],
  tables: Tables,
) {
  if (source === undefined) return undefined;
  const table = await tables.open(`register ${of}`, source);
  const isSame = table.files.every(({ digest }) => said.some((one) => one.digest.sha256 === digest.sha256));
  return isSame ? { of, table } : undefined;
}
