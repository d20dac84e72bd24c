import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program lies, and for the name of a test what is missing where it does not. */
export function tool(name: string): { path: string; missing: string } {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return { path, missing: "" };
    } catch {}
  }
  const remedy = `node scripts/tools.ts, then .tools/bin on PATH`;
  return { path: "", missing: ` (skipped: ${name} is not installed; ${remedy})` };
}
