import { availableParallelism, totalmem } from "node:os";
import type { Tables } from "@mlops-actions/core";
import { openMeasuringChild } from "@mlops-actions/tables";

const LEAST_MB = 1024;
const SHARE = 0.6; // of the machine: the job's own processes must live
const DEADLINE_MS = 30 * 60_000;

/** Where a measuring child comes from. */
export interface Measuring {
  /** The child's entry, as source or as its file of the bundle. */
  entry: string;
  /** An existing folder that this process may write. */
  tempDirectory: string;
  /** Finds the folder of the engine's library; `undefined` where an import finds it. */
  natives: () => Promise<string | undefined>;
}

/** Tables in a measuring child that starts with the first question: a project that cannot be read costs no process and no download. */
export function measuringTables({ entry, tempDirectory, natives }: Measuring): Tables & AsyncDisposable {
  let child: Promise<Tables> | undefined;
  const start = async () =>
    openMeasuringChild({
      entry,
      nodePath: process.execPath,
      tempDirectory,
      natives: await natives(),
      memoryMb: Math.max(LEAST_MB, Math.floor((memory() / 1024 / 1024) * SHARE)),
      threads: availableParallelism(),
      deadlineMs: DEADLINE_MS,
    });
  const opened = (): Promise<Tables> => {
    child ??= start();
    return child;
  };
  // A child that never started has said so to whoever asked it first.
  const close = async () => (await child?.catch(() => undefined))?.close();
  return {
    open: async (name, source) => (await opened()).open(name, source),
    query: async (sql, row) => (await opened()).query(sql, row),
    save: async (sql, format, file) => (await opened()).save(sql, format, file),
    close,
    [Symbol.asyncDispose]: close,
  };
}

// Without a limit of a cgroup Node answers with a number beyond any machine.
function memory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || totalmem());
}
