import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Evidence,
  evidenceOf,
  execute,
  type Files,
  type Manifest,
  type Policy,
  type Publishing,
  type Subject,
  type Versions,
} from "@mlops-actions/core";
import { evaluate } from "@mlops-actions/evaluation";
import { workingTree } from "@mlops-actions/git";
import { openOnnx } from "@mlops-actions/models";
import { loadProject } from "@mlops-actions/project";
import { type Details, registering } from "@mlops-actions/registration";
import { openDuckdb, openPlain } from "@mlops-actions/tables";
import { expect } from "vitest";

export const TOOL = "mlops-actions 0.1.0";
const EXAMPLE = join(import.meta.dirname, "../../examples/census-income");
const RUN = { commit: "c".repeat(40), clean: true, tool: TOOL };

const TRAINED = {
  train: { run: "python train.py", usage: { wallSeconds: 192 } },
  seed: 7,
  isolation: "own-job",
  testLabelsReadable: true,
};

export const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const subject = (name: string, bytes: string | Uint8Array): Subject => ({
  name,
  digest: { sha256: sha256(bytes) },
});

/** The registry as the stage sees it. */
export type Registry = Versions & Publishing;

/** A model that was trained and evaluated on a copy of the census example. */
export interface Candidate {
  /** The repository, and the project's folder in it. */
  root: string;
  /** The candidate's bytes. */
  folder: string;
  manifest: Manifest;
  train: Evidence;
  evaluate: Evidence;
}

export interface Made {
  /** The model's bytes. */
  model?: string;
  manifest?: (manifest: Manifest) => Manifest;
  policy?: Partial<Policy>;
  /** Files of the project, by path, as they are before the model is trained and judged. */
  change?: Readonly<Record<string, (text: string) => string>>;
}

/** Copies the example into a folder, makes a candidate of it and has the real evaluation judge its predictions. */
export async function candidate(within: string, made: Made = {}): Promise<Candidate> {
  const [root, folder] = [join(within, "repository"), join(within, "candidate")];
  await mkdir(folder, { recursive: true });
  await cp(EXAMPLE, root, { recursive: true });
  for (const [name, changed] of Object.entries(made.change ?? {}))
    await writeFile(join(root, name), changed(await readFile(join(root, name), "utf8")));
  const predictions = await readFile(join(root, "predictions/candidate.csv"));
  const trainRows = await readFile(join(root, "data/train.parquet"));
  const bytes = made.model ?? "the bytes of a model";
  const plain: Manifest = {
    _type: "https://mlops-actions.dev/manifest/v1",
    model: "census-income",
    task: "binary",
    files: [{ role: "model", name: "model.onnx", size: bytes.length, sha256: sha256(bytes) }],
    interface: {
      by: "onnx",
      inputs: [{ name: "age", type: "float", shape: [null, 1] }],
      outputs: [{ name: "probabilities", type: "float", shape: [null, 2] }],
      positive: ">50K",
    },
    training: {
      commit: "c".repeat(40),
      code: sha256("code"),
      inputs: sha256(`inputs of ${bytes}`),
      data: [subject("data/train.parquet", trainRows)],
    },
  };
  const manifest = made.manifest?.(plain) ?? plain;
  const manifestBytes = `${JSON.stringify(sorted(manifest), null, 2)}\n`;
  await writeFile(join(folder, "model.onnx"), bytes);
  await writeFile(join(folder, "predictions.csv"), predictions);
  await writeFile(join(folder, "manifest.json"), manifestBytes);

  const judged = await judgedBy(root, made.policy);
  const manifestSubject = subject("manifest.json", manifestBytes);
  return {
    root,
    folder,
    manifest,
    train: {
      ...judged,
      predicateType: "https://mlops-actions.dev/train/v1",
      subject: [
        manifestSubject,
        ...manifest.files.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
        subject("predictions.csv", predictions),
      ],
      predicate: {
        ...judged.predicate,
        outcome: { kind: "measured", verdict: "pass", judged: [], details: TRAINED },
      },
    },
    evaluate: { ...judged, subject: [manifestSubject, ...judged.subject] },
  };
}

const known = new Map<string, Evidence>();

/** What the evaluation says; asked once of the same files and rules. */
async function judgedBy(root: string, policy: Partial<Policy> = {}): Promise<Evidence> {
  const files = ["mlops.yml", "data/test.csv", "predictions/candidate.csv"];
  const bytes = await Promise.all(files.map((name) => readFile(join(root, name))));
  const key = JSON.stringify([policy, bytes.map(sha256)]);
  const evidence = known.get(key) ?? (await evaluated(root, policy));
  known.set(key, evidence);
  return evidence;
}

const unasked = () => Promise.reject(new Error("this project has predictions alone"));

async function evaluated(root: string, policy: Partial<Policy>): Promise<Evidence> {
  const project = await loadProject({ stage: evaluate, head: workingTree(root), path: ".", root });
  const kind = "project" as const;
  const loaded =
    project.kind === kind
      ? { kind, project: { ...project.project, policy: { ...project.project.policy, ...policy } } }
      : project;
  const tables = await openDuckdb({ memoryMb: 1024, threads: 2, tempDirectory: tmpdir() });
  try {
    const ports = {
      tables,
      models: { inspect: unasked, predict: unasked, latency: unasked },
      files: { find: async () => undefined },
      versions: { resolve: async () => undefined, files: () => ({ find: async () => undefined }) },
      remade: undefined,
      progress: { step: () => undefined },
      clock: { now: () => new Date("2026-01-01T00:00:00Z") },
    };
    return await execute(evaluate, loaded, [], ports, RUN, new AbortController().signal);
  } finally {
    await tables.close();
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** The files of a folder by their digest, as a downloaded candidate has them. */
export function filesOf(folder: string): Files {
  return {
    async find(wanted) {
      for (const name of await readdir(folder))
        if (sha256(await readFile(join(folder, name))) === wanted.digest.sha256) return join(folder, name);
      return undefined;
    },
  };
}

export interface Registered {
  evidence: Evidence<Details>;
  document: ReturnType<ReturnType<typeof registering>["document"]>;
  /** Where profile, card and statements were written. */
  into: string;
}

/** The whole stage on a candidate. */
export async function register(
  { root, folder, train, evaluate: judged }: Candidate,
  registry: Registry,
  into: string,
): Promise<Registered> {
  await mkdir(into, { recursive: true });
  const stage = registering({ into, run: { repositoryId: 1, runId: 7, attempt: 1 } });
  const tables = await openDuckdb({ memoryMb: 1024, threads: 2, tempDirectory: tmpdir() });
  try {
    const evidence = await execute(
      stage,
      await loadProject({ stage, head: workingTree(root), path: ".", root }),
      [train, judged],
      {
        tables,
        models: openOnnx({ rows: tables.rows, open: openPlain }),
        files: filesOf(folder),
        versions: registry,
        publishing: registry,
        progress: { step: () => undefined },
        clock: { now: () => new Date("2026-01-02T00:00:00Z") },
      },
      RUN,
      new AbortController().signal,
    );
    const written = JSON.parse(JSON.stringify(evidence));
    expect(evidenceOf("register", stage.details).parse(written)).toEqual(written);
    return { evidence, document: stage.document(evidence), into };
  } finally {
    await tables.close();
  }
}

export function detailsOf({ evidence }: Registered): Details {
  const { outcome } = evidence.predicate;
  if (outcome.kind === "error")
    throw new Error(`${outcome.fault.code}: ${outcome.fault.message} ${outcome.fault.remedy}`);
  return outcome.details;
}

export function faultOf({ evidence }: Registered) {
  const { outcome } = evidence.predicate;
  if (outcome.kind !== "error") throw new Error(`expected an error, registered: ${outcome.details.tag}`);
  return outcome.fault;
}
