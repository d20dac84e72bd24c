import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A Node that runs TypeScript without a build: this one, or the one that `npm ci` brought.
 * @throws Error when there is neither
 */
export function modernNode(process: Pick<NodeJS.Process, "execPath" | "versions">, from: string): string {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  for (let dir = from; dir !== dirname(dir); dir = dirname(dir)) {
    const found = join(dir, "node_modules", ".bin", "node");
    if (existsSync(found)) return found;
  }
  throw new Error("GitHub in a box needs Node 24 or later: run `npm ci` here, or start with a newer Node");
}
