import { homedir } from "node:os";
import { join } from "node:path";
import {
  duckdbLock,
  type Measuring,
  type NativesLock,
  nativeFromNodeModules,
  onnxruntimeLock,
  platformOf,
  resolveNatives,
} from "@mlops-actions/natives";

/** What only the entry knows: where the measuring child lies, and from where libraries are looked up. */
export interface Installation {
  childEntry: string;
  from: string;
}

/** The folders of the native libraries: those of a checkout's own `node_modules`, which an import finds, else verified ones of this user's cache. */
export function nativesOf({ from }: Installation): Measuring["natives"] {
  const folderOf = async (lock: NativesLock): Promise<string | undefined> => {
    if (nativeFromNodeModules(from, lock[0]?.name ?? "") !== undefined) return undefined;
    const { MLOPS_NATIVES, XDG_CACHE_HOME, npm_config_registry } = process.env;
    const { folder } = await resolveNatives({
      lock,
      platform: platformOf(process),
      folder: MLOPS_NATIVES,
      cacheDirs: [join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "mlops-actions")],
      registry: { url: npm_config_registry ?? "https://registry.npmjs.org", fetch },
    });
    return folder;
  };
  return { tables: () => folderOf(duckdbLock), models: () => folderOf(onnxruntimeLock) };
}
