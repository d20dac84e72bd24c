import { homedir, totalmem } from "node:os";
import { join } from "node:path";
import type { Tables } from "@mlops-actions/core";
import {
  duckdbLock,
  measuringLimits,
  nativeFromNodeModules,
  platformOf,
  resolveNatives,
} from "@mlops-actions/natives";
import { openMeasuringChild } from "@mlops-actions/tables";
import type { Installation } from "./program.ts";

/** Tables in a measuring child that starts with the first question: a project that cannot be read costs no process. */
export function measuringTables(
  { childEntry, from }: Installation,
  tempDirectory: string,
): Tables & AsyncDisposable {
  let child: Promise<Tables> | undefined;
  const opened = (): Promise<Tables> => {
    child ??= start();
    return child;
  };
  const start = async () =>
    openMeasuringChild({
      entry: childEntry,
      nodePath: process.execPath,
      tempDirectory,
      natives: nativeFromNodeModules(from, "@duckdb/node-api") === undefined ? await fetched() : undefined,
      ...measuringLimits({ memory: Math.min(totalmem(), process.constrainedMemory() || totalmem()) }),
    });
  // A child that never started has said so to whoever asked it first.
  const close = async () => (await child?.catch(() => undefined))?.close();
  return {
    open: async (name, source) => (await opened()).open(name, source),
    query: async (sql, row) => (await opened()).query(sql, row),
    close: async () => close(),
    [Symbol.asyncDispose]: async () => close(),
  };
}

async function fetched(): Promise<string> {
  const { MLOPS_NATIVES, XDG_CACHE_HOME, npm_config_registry } = process.env;
  const { folder } = await resolveNatives({
    lock: duckdbLock,
    platform: platformOf(process),
    folder: MLOPS_NATIVES,
    cacheDirs: [join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "mlops-actions")],
    registry: { url: npm_config_registry ?? "https://registry.npmjs.org", fetch },
  });
  return folder;
}
