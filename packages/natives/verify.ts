import { join } from "node:path";
import { isOmitted, type LockedPackage } from "./lock.ts";
import { treeDigest } from "./tree.ts";

/** Whether a folder holds exactly the bytes of the lock. Nothing is loaded from a folder that was not asked. */
export async function verify(
  folder: string,
  packages: readonly LockedPackage[],
): Promise<{ kind: "good" } | { kind: "absent" } | { kind: "altered"; what: string }> {
  for (const one of packages) {
    const { name, version, tree } = one;
    let found: string;
    try {
      found = await treeDigest(packageFolder(folder, name), (path) => isOmitted(one, path));
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
        return { kind: "absent" };
      return { kind: "altered", what: error instanceof Error ? error.message : String(error) };
    }
    if (found !== tree)
      return { kind: "altered", what: `${name} is not ${name}@${version} as it was published` };
  }
  return { kind: "good" };
}

export function packageFolder(folder: string, name: string): string {
  return join(folder, "node_modules", ...name.split("/"));
}
