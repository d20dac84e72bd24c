import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Document, type Evidence, evidenceOf, execute } from "@mlops-actions/core";
import { gitSnapshot, workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { renderTerminal } from "@mlops-actions/report";
import { openDuckdb } from "@mlops-actions/tables";
import { type Files, temporaryFolder } from "@mlops-actions/testkit";
import {
  beginCandidate,
  type Details,
  fetchData,
  localLauncher,
  train,
  writeCandidate,
} from "@mlops-actions/training";
import { expect } from "vitest";
import { write } from "../terminal/project.ts";

const entry = join(import.meta.dirname, "../../packages/training/supervisor-main.ts");

export const ROWS = "id,x,left\n1,0.5,0\n2,0.7,1\n3,0.2,0\n";

/** A project whose training is this shell script. */
export function project(
  script: string,
  more: Files = {},
  swaps: Readonly<Record<string, string>> = {},
): Files {
  let rules = `model: churn
task: binary
data:
  train: data/train.csv
  test: data/test.csv
  key: id
  label: { column: left, positive: 1 }
train:
  run: sh train.sh
  outputs: { model: out/model.onnx }
  budget: { time: 20 s }
`;
  for (const [from, to] of Object.entries(swaps)) {
    if (rules.split(from).length !== 2) throw new Error(`not once in the rules: ${from}`);
    rules = rules.replace(from, () => to);
  }
  return { "mlops.yml": rules, "train.sh": script, "data/train.csv": ROWS, "data/test.csv": ROWS, ...more };
}

/** Something that is not anything else by its first bytes, as a protobuf begins. */
export const ONNX = "printf '\\010\\012\\022\\004test' > out/model.onnx";

export interface Trained {
  root: string;
  into: string;
  evidence: Evidence<Details>;
  document: Document;
  /** As a terminal shows it. */
  text: string;
  /** What the command printed, as the launcher gave it. */
  printed: string[];
  /** Names in the candidate's folder; none where there is none. */
  names: string[];
}

export interface Running {
  environment?: Readonly<Record<string, string | undefined>>;
  onPrint?: (line: string, abort: () => void) => void;
}

/** The whole stage on these files, in a folder that lives as long as `use`. */
export async function training<T>(
  files: Files,
  use: (trained: Trained) => Promise<T> | T,
  running: Running = {},
): Promise<T> {
  await using folder = await temporaryFolder("training");
  await write(folder.path, files);
  return await use(await trainIn(folder.path, running));
}

export async function trainIn(root: string, { environment, onPrint }: Running = {}): Promise<Trained> {
  const into = join(root, ".mlops/candidate");
  const part = await beginCandidate(into);
  const temp = await mkdtemp(join(root, "..", "scratch-"));
  await mkdir(join(temp, "scratch"));
  const tables = await openDuckdb({ memoryMb: 512, threads: 1, tempDirectory: temp });
  const controller = new AbortController();
  const printed: string[] = [];
  const head = workingTree(root);
  const workspace = {
    snapshot: head,
    commit: null,
    environment: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    into: part,
    checkpoints: join(root, ".mlops/checkpoints"),
    scratch: join(temp, "scratch"),
    isolation: "none",
    print: (line: string) => {
      printed.push(line);
      onPrint?.(line, () => controller.abort());
    },
  } as const;
  const launcher = localLauncher({ entry, graceMs: 300 });
  try {
    const loaded = await loadProject({
      stage: train,
      head,
      path: ".",
      root,
      fetch: (run, at) => fetchData({ run, cwd: root, at }, { launcher, workspace }, controller.signal),
    });
    const evidence = await execute(
      train,
      loaded,
      [],
      {
        launcher,
        workspace,
        tables,
        progress: { step: () => undefined },
        clock: { now: () => new Date("2026-01-01T00:00:00Z") },
      },
      { commit: null, clean: true, tool: "mlops-actions test" },
      controller.signal,
    );
    const kept = JSON.parse(JSON.stringify(evidence));
    expect(evidenceOf("train", train.details).parse(kept)).toEqual(kept);
    await writeCandidate(part, into, evidence);
    const document = train.document(evidence);
    const text = renderTerminal(document, { color: false, unicode: false, width: 500 });
    const names = await readdir(into).catch(() => []);
    return { root, into, evidence, document, text, printed, names: names.sort() };
  } finally {
    await tables.close();
    await rm(temp, { recursive: true, force: true });
  }
}

/** The fault that it ended in; a candidate fails the test that asked. */
export function faultOf({ evidence }: Trained) {
  const { outcome } = evidence.predicate;
  if (outcome.kind !== "error") throw new Error(`expected an error: ${outcome.verdict}`);
  return outcome.fault;
}

/** What was found; an error fails the test that asked. */
export function detailsOf({ evidence }: Trained): Details {
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error")
    throw new Error(
      `${outcome.fault.code}: ${outcome.fault.message} ${outcome.fault.remedy}\n${outcome.fault.output}`,
    );
  return outcome.details;
}

/** The inputs digest of a commit, as another machine would compute it. */
export function commitSnapshot(root: string, commit: string) {
  return gitSnapshot({ root, commit, into: join(root, ".mlops") });
}

export async function textIn(root: string, name: string): Promise<string> {
  return readFile(join(root, name), "utf8");
}
