import { availableParallelism, totalmem } from "node:os";
import type { Models, Tables } from "@mlops-actions/core";
import { type MeasuringChild, openMeasuringChild } from "./child/parent.ts";

const LEAST_MB = 1024;
const SHARE = 0.6; // of the machine: the job's own processes must live
const DEADLINE_MS = 30 * 60_000;

/** Where a measuring child comes from. */
export interface Measuring {
  /** The child's entry, as source or as its file of the bundle. */
  entry: string;
  /** An existing folder that this process may write. */
  tempDirectory: string;
  /** Find the folders of the engines' libraries, each when it is first needed; `undefined` where an import finds it. */
  natives: { tables(): Promise<string | undefined>; models(): Promise<string | undefined> };
}

/**
 * Tables and models in one measuring child that starts with the first question: a project that cannot be read costs no process and
 * no download, one without a model no onnxruntime.
 */
export function measuring({ entry, tempDirectory, natives }: Measuring): AsyncDisposable & {
  tables: Tables;
  models: Models;
} {
  let child: Promise<MeasuringChild> | undefined;
  const start = async () =>
    openMeasuringChild({
      entry,
      nodePath: process.execPath,
      tempDirectory,
      natives: await natives.tables(),
      modelNatives: natives.models,
      memoryMb: Math.max(LEAST_MB, Math.floor((memory() / 1024 / 1024) * SHARE)),
      threads: availableParallelism(),
      deadlineMs: DEADLINE_MS,
    });
  const opened = (): Promise<MeasuringChild> => {
    child ??= start();
    return child;
  };
  // A child that never started has said so to whoever asked it first.
  const close = async () => (await child?.catch(() => undefined))?.close();
  return {
    tables: {
      open: async (name, source) => (await opened()).tables.open(name, source),
      query: async (sql, row) => (await opened()).tables.query(sql, row),
      save: async (sql, format, file) => (await opened()).tables.save(sql, format, file),
      close,
    },
    models: {
      inspect: async (model) => (await opened()).models.inspect(model),
      predict: async (asked) => (await opened()).models.predict(asked),
      latency: async (of) => (await opened()).models.latency(of),
    },
    [Symbol.asyncDispose]: close,
  };
}

// Without a limit of a cgroup Node answers with a number beyond any machine.
function memory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || totalmem());
}
