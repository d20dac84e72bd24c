import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type Document,
  type Evidence,
  evidenceOf,
  execute,
  type Files,
  type Loaded,
  type Remade,
  type Verdict,
  type Versions,
} from "@mlops-actions/core";
import { type Details, evaluate, type Section } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { openOnnx } from "@mlops-actions/models";
import { loadProject } from "@mlops-actions/project";
import { openDuckdb, openPlain } from "@mlops-actions/tables";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect } from "vitest";

/** Files by path from the project's folder. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** What the stage said about a project, and what people see of it. */
export interface Said {
  evidence: Evidence<Details>;
  document: Document;
  verdict: Verdict;
}

/** Evidence of what was measured; an error fails the test that asked. */
export interface MeasuredSaid extends Said {
  details: Details;
  judged: Extract<Evidence<Details>["predicate"]["outcome"], { kind: "measured" }>["judged"];
}

const NO_FILES: Files = { find: async () => undefined };
const NO_VERSIONS: Versions = { resolve: async () => undefined, files: () => NO_FILES };

/** The whole stage on a loaded project, with DuckDB in this process and a clock that stands still. */
export async function judgeLoaded(
  loaded: Loaded<Section>,
  threads = 2,
  handed: { upstream?: readonly Evidence[]; files?: Files; versions?: Versions; remade?: Remade } = {},
): Promise<Said> {
  const { upstream = [], files = NO_FILES, versions = NO_VERSIONS, remade } = handed;
  const tables = await openDuckdb({ memoryMb: 1024, threads, tempDirectory: tmpdir() });
  try {
    const evidence = await execute(
      evaluate,
      loaded,
      upstream,
      {
        tables,
        models: openOnnx({ rows: tables.rows, open: openPlain }),
        files,
        versions,
        remade,
        progress: { step: () => undefined },
        clock: { now: () => new Date("2026-01-01T00:00:00Z") },
      },
      { commit: null, clean: true, tool: "mlops-actions test" },
      new AbortController().signal,
    );
    // What is written to a file must read back as the same evidence: no NaN, no infinity, nothing that the schema does not know.
    const written = JSON.parse(JSON.stringify(evidence));
    expect(evidenceOf("evaluate", evaluate.details).parse(written)).toEqual(written);
    const document = evaluate.document(evidence);
    return { evidence, document, verdict: document.verdict };
  } finally {
    await tables.close();
  }
}

/** The stage on a project that lies in a folder, without a base: as at a terminal. */
export async function judgeFolder(root: string, path = ".", threads = 2): Promise<Said> {
  return judgeLoaded(await loadProject({ stage: evaluate, head: workingTree(root), path, root }), threads);
}

/** The stage on a project made of these files. */
export async function judgeFiles(files: ProjectFiles, threads = 2): Promise<Said> {
  await using folder = await temporaryFolder("evaluation");
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return await judgeFolder(folder.path, ".", threads);
}

export function measured(said: Said): MeasuredSaid {
  const { outcome } = said.evidence.predicate;
  if (outcome.kind === "error")
    throw new Error(`${outcome.fault.code}: ${outcome.fault.message} ${outcome.fault.remedy}`);
  return { ...said, details: outcome.details, judged: outcome.judged };
}

/** The fault that the stage ended in; something measured fails the test that asked. */
export function faultOf({ evidence }: Said) {
  const { outcome } = evidence.predicate;
  if (outcome.kind !== "error") throw new Error(`expected an error, measured: ${outcome.verdict}`);
  return outcome.fault;
}

/** The value of a metric in the evidence: a number, or why there is none. */
export function told({ details }: MeasuredSaid, metric: string): number | string {
  const row = details.metrics.find((one) => one.metric === metric);
  if (row === undefined)
    throw new Error(`no ${metric} among ${details.metrics.map((one) => one.metric).join(", ")}`);
  return row.own.kind === "missing" ? `${row.own.reason}: ${row.own.detail}` : row.own.value;
}

/** Rows of values as CSV. */
export function csv(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const cell = (value: string | number | null) => (value === null ? "" : String(value));
  return `${[columns.join(","), ...rows.map((row) => row.map(cell).join(","))].join("\n")}\n`;
}

/** Texts of a document's blocks in order, folds included, so that a test reads what a person reads. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (typeof value !== "object" || value === null) return "";
  const { code, strong, link, text, title, items, blocks } = value as Record<string, unknown>;
  return [code, strong, link, title, text, items, blocks].map(textOf).join("");
}
