import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Loads a library from a folder that was verified. For a measuring child, which is told the folder only: it verifies nothing again,
 * so the folder must come from `resolveNatives` of the same run.
 */
export function loadNative<Module>(folder: string, name: string): Module {
  return createRequire(join(folder, "package.json"))(name) as Module;
}
