import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import {
  duckdbLock,
  measuringTables,
  nativeFromNodeModules,
  platformOf,
  resolveNatives,
} from "@mlops-actions/natives";

/** What only the entry knows: where the processes of ours lie, and from where libraries are looked up. */
export interface Installation {
  childEntry: string;
  supervisorEntry: string;
  from: string;
}

/** Tables for one command. */
export function tablesOf(installation: Installation) {
  return measuringTables({
    entry: installation.childEntry,
    tempDirectory: tmpdir(),
    natives: () => nativesOf(installation),
  });
}

/** The folder of DuckDB: that of a checkout's own `node_modules`, which an import finds, else a verified one of this user's cache. */
async function nativesOf({ from }: Installation): Promise<string | undefined> {
  if (nativeFromNodeModules(from, "@duckdb/node-api") !== undefined) return undefined;
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
