import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import {
  duckdbLock,
  measuring,
  type NativesLock,
  nativeFromNodeModules,
  onnxruntimeLock,
  platformOf,
  resolveNatives,
} from "@mlops-actions/natives";

/** What only the entry knows: where the processes of ours lie, and from where libraries are looked up. */
export interface Installation {
  childEntry: string;
  supervisorEntry: string;
  servingEntry: string;
  from: string;
  /** Folder of the starter workflows. */
  templates: string;
}

/** The measuring child of one command. */
export function measuringOf(installation: Installation): ReturnType<typeof measuring> {
  return measuring({
    entry: installation.childEntry,
    tempDirectory: tmpdir(),
    natives: {
      tables: () => nativesOf(installation, duckdbLock),
      models: () => nativesOf(installation, onnxruntimeLock),
    },
  });
}

/** The folder of a native library: that of a checkout's own `node_modules`, which an import finds, else a verified one of this user's cache. */
export async function nativesOf({ from }: Installation, lock: NativesLock): Promise<string | undefined> {
  if (nativeFromNodeModules(from, lock[0]?.name ?? "") !== undefined) return undefined;
  const { MLOPS_NATIVES, npm_config_registry } = process.env;
  const { folder } = await resolveNatives({
    lock,
    platform: platformOf(process),
    folder: MLOPS_NATIVES,
    cacheDirs: [cacheFolder()],
    registry: { url: npm_config_registry ?? "https://registry.npmjs.org", fetch },
  });
  return folder;
}

/** What this user need not fetch twice. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "mlops-actions");
}
