import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type Document,
  type Evidence,
  evidenceOf,
  execute,
  type Resolved,
  type Tables,
  type Versions,
} from "@mlops-actions/core";
import { checking, type Details } from "@mlops-actions/drift";
import { workingTree } from "@mlops-actions/git";
import { loadProject } from "@mlops-actions/project";
import { openDuckdb } from "@mlops-actions/tables";
import { temporaryFolder } from "@mlops-actions/testkit";
import { expect } from "vitest";

export interface Checked {
  evidence: Evidence<Details>;
  document: Document;
  details: Details;
}

export const NO_VERSIONS: Versions = {
  resolve: async () => undefined,
  files: () => ({ find: async () => undefined }),
};

export interface Circumstances {
  now?: Date;
  upstream?: readonly Evidence[];
  versions?: Versions;
  run?: number;
}

/** The stage on a project's folder; evidence of what was measured, or the fault as an exception. */
export async function checkFolder(root: string, on: Circumstances = {}): Promise<Checked> {
  const { now = new Date("2026-11-21T06:00:00Z"), upstream = [], versions = NO_VERSIONS, run } = on;
  const stage = checking({ run: run ?? null });
  const tables = await openDuckdb({ memoryMb: 1024, threads: 2, tempDirectory: tmpdir() });
  try {
    const evidence = await execute(
      stage,
      await loadProject({ stage, head: workingTree(root), path: ".", root }),
      upstream,
      { tables, versions, progress: { step: () => undefined }, clock: { now: () => now } },
      { commit: null, clean: true, tool: "mlops-actions test" },
      new AbortController().signal,
    );
    const written = JSON.parse(JSON.stringify(evidence));
    expect(evidenceOf("drift", stage.details).parse(written)).toEqual(written);
    const { outcome } = evidence.predicate;
    if (outcome.kind === "error") throw Object.assign(new Error(outcome.fault.message), outcome.fault);
    return { evidence, document: stage.document(evidence), details: outcome.details };
  } finally {
    await tables.close();
  }
}

/** The same on a project made of these files. */
export async function check(
  files: Readonly<Record<string, string | Uint8Array>>,
  on: Circumstances = {},
): Promise<Checked> {
  await using folder = await temporaryFolder("drift");
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), content);
  }
  return await checkFolder(folder.path, on);
}

export async function withTables<Result>(work: (tables: Tables) => Promise<Result>): Promise<Result> {
  const tables = await openDuckdb({ memoryMb: 1024, threads: 2, tempDirectory: tmpdir() });
  try {
    return await work(tables);
  } finally {
    await tables.close();
  }
}

/** A registry of one version, which lives in production with these assets. */
export async function released(
  folder: string,
  assets: Readonly<Record<string, string>>,
  inputs: readonly string[],
): Promise<Versions> {
  const files = await Promise.all(
    Object.entries(assets).map(async ([name, text]) => {
      const path = join(folder, name);
      await writeFile(path, text);
      return { name, path, size: text.length, sha256: createHash("sha256").update(text).digest("hex") };
    }),
  );
  const version: Resolved["version"] = {
    model: "churn",
    number: "1.4.0",
    tag: "churn@v1.4.0",
    record: "0".repeat(40),
    manifest: {
      _type: "https://mlops-actions.dev/manifest/v1",
      model: "churn",
      task: "binary",
      files: [],
      interface: { by: "onnx", features: [...inputs] },
      training: { commit: null, code: "0".repeat(64), inputs: "0".repeat(64), data: [] },
    } as never,
    state: "published",
    registered: "2026-11-01T00:00:00Z",
    assets: files,
  };
  return {
    resolve: async () => ({ version, how: "exact", since: version.registered }),
    files: () => ({ find: async ({ digest }) => files.find((one) => one.sha256 === digest.sha256)?.path }),
  };
}
