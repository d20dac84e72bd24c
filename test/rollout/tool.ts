import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const TOOLS = resolve(import.meta.dirname, "../../.tools/bin");

/** A program of the machine's, or one that the tools' installer has brought. */
export function found(name: string): string | undefined {
  const folders = [TOOLS, ...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
