import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const REMEDY = "node scripts/tools.ts, then .tools/bin on PATH and .tools/python/bin/python in MLOPS_PYTHON";

/** Where a program lies, and for the name of a test what is missing where it does not. */
export function tool(name: string): { path: string; missing: string } {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return { path, missing: "" };
    } catch {}
  }
  return { path: "", missing: without(name) };
}

/** The Python that tests may use, and what is missing where there is none. */
export function python(): { path: string; missing: string } {
  const path = process.env.MLOPS_PYTHON ?? "";
  return { path, missing: path === "" ? without("a Python for tests") : "" };
}

/** Said where it can be seen: a reporter does not name what it has skipped. */
function without(what: string): string {
  console.warn(`workflows: skipped what needs ${what}, which is not installed (${REMEDY})`);
  return ` (skipped: ${what} is not installed)`;
}
