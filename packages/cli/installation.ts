import { homedir } from "node:os";
import { join } from "node:path";
import { duckdbLock, nativeFromNodeModules, platformOf, resolveNatives } from "@mlops-actions/natives";
import type { GithubRegistry } from "./registry/open.ts";

/** What only the entry knows: where the measuring child lies, and from where libraries are looked up. */
export interface Installation {
  childEntry: string;
  from: string;
  /** Opens a registry on GitHub; without it, registries are folders. */
  githubRegistry?: GithubRegistry | undefined;
}

/** The folder of DuckDB: that of a checkout's own `node_modules`, which an import finds, else a verified one of this user's cache. */
export async function nativesOf({ from }: Installation): Promise<string | undefined> {
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
