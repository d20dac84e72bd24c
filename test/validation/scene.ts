import { tmpdir } from "node:os";
import {
  type Document,
  type Evidence,
  evidenceOf,
  execute,
  type Judged,
  type Snapshot,
  type Verdict,
} from "@mlops-actions/core";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { openDuckdb } from "@mlops-actions/tables";
import { type Files, gitRepository, temporaryFolder } from "@mlops-actions/testkit";
import { type Details, validate } from "@mlops-actions/validation";
import { afterAll, expect } from "vitest";
import { z } from "zod";
import { write } from "../terminal/project.ts";

export const NOW = new Date("2026-01-01T00:00:00Z");

/** Twelve customers of train and two of test that no rule refuses. */
export const TRAIN = `id,age,plan,zip,since,left
1,20,free,01234,2025-12-01,0
2,31,pro,10115,2025-12-02,1
3,42,free,80331,2025-12-03,0
4,53,pro,50667,2025-12-04,1
5,64,free,20095,2025-12-05,0
6,75,pro,04109,2025-12-06,1
7,26,free,99084,2025-12-07,0
8,37,pro,60311,2025-12-08,1
9,48,free,70173,2025-12-09,0
10,59,pro,28195,2025-12-10,1
`;
export const TEST = `id,age,plan,zip,since,left
11,22,free,01067,2025-12-11,0
12,33,pro,30159,2025-12-12,1
`;
export const COLUMNS = `  columns:
    age: { type: integer, min: 16, max: 100 }
    plan: { type: string, values: [free, pro] }
    zip: { type: string, pattern: "[0-9]{5}", min_length: 5, max_length: 5 }
    since: { type: date, min: 2025-01-01, max: now }
    id: { type: integer, unique: true }
`;
const HEAD = `model: churn
task: binary
data:
  train: train.csv
  test: test.csv
  key: id
  label: { column: left, positive: 1 }
`;

/** A project with these lines under `data:`. */
export function project(rules: string = COLUMNS, files: Files = {}): Files {
  return { "mlops.yml": HEAD + rules, "train.csv": TRAIN, "test.csv": TEST, ...files };
}

/** The text with one piece replaced; a piece that is not there once fails the test that asked. */
export function swap(text: string, piece: string, by: string): string {
  if (text.split(piece).length !== 2) throw new Error(`not once: ${piece}`);
  return text.replace(piece, () => by);
}

export interface Said {
  evidence: Evidence<Details>;
  document: Document;
  verdict: Verdict;
}
export interface MeasuredSaid extends Said {
  details: Details;
  judged: Judged[];
}

async function run(root: string, base: Snapshot | undefined, threads: number): Promise<Said> {
  const loaded = await loadProject({ stage: validate, head: workingTree(root), base, path: ".", root });
  const tables = await engine(threads);
  try {
    const evidence = await execute(
      validate,
      loaded,
      [],
      { tables, progress: { step: () => undefined }, clock: { now: () => NOW } },
      { commit: null, clean: true, tool: "mlops-actions test" },
      new AbortController().signal,
    );
    // What is written to a file must read back as the same evidence.
    const written = JSON.parse(JSON.stringify(evidence));
    expect(evidenceOf("validate", validate.details).parse(written)).toEqual(written);
    const document = validate.document(evidence);
    expect(document.title.length).toBeLessThanOrEqual(80);
    return { evidence, document, verdict: document.verdict };
  } finally {
    for (const name of ["train", "test", "train at the base", "test at the base"])
      await tables.query(`DROP TABLE IF EXISTS "${name}"`, z.unknown());
  }
}

// Starting the engine takes longer than what most tests ask of it.
const engines = new Map<number, ReturnType<typeof openDuckdb>>();
afterAll(async () => {
  for (const tables of engines.values()) await (await tables).close();
});

function engine(threads: number): ReturnType<typeof openDuckdb> {
  const known = engines.get(threads) ?? openDuckdb({ memoryMb: 1024, threads, tempDirectory: tmpdir() });
  engines.set(threads, known);
  return known;
}

/** The stage on a project made of these files, without a base: as at a terminal. */
export async function judgeFiles(files: Files, threads = 2): Promise<Said> {
  await using folder = await temporaryFolder("validation");
  await write(folder.path, files);
  return await run(folder.path, undefined, threads);
}

/** The stage on a change of what is committed; `null` removes a file. */
export async function judgeChange(base: Files, change: Files): Promise<Said> {
  await using repository = await gitRepository(base);
  const commit = await repository.revision();
  await repository.commit(change, { branch: "change" });
  await using into = await temporaryFolder("base");
  return await run(repository.path, gitSnapshot({ root: repository.path, into: into.path, commit }), 2);
}

export function measured(said: Said): MeasuredSaid {
  const { outcome } = said.evidence.predicate;
  if (outcome.kind === "error")
    throw new Error(`${outcome.fault.code}: ${outcome.fault.message} ${outcome.fault.remedy}`);
  return { ...said, details: outcome.details, judged: outcome.judged };
}

/** `mlops.yml:12:5 message. remedy` */
export function faultOf({ evidence, verdict }: Said): string {
  const { outcome } = evidence.predicate;
  if (outcome.kind !== "error") throw new Error(`expected an error, measured: ${outcome.verdict}`);
  expect(verdict).toBe("error");
  const { at, message, remedy } = outcome.fault;
  return `${at?.file}:${at?.line}:${at?.column} ${message}. ${remedy}`;
}

/** What does not hold, by the text of its rule. */
export function broken({ judged }: MeasuredSaid): Record<string, string> {
  return Object.fromEntries(
    judged.filter(({ verdict }) => verdict !== "pass").map(({ condition, verdict }) => [condition, verdict]),
  );
}
