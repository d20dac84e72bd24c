import { posix } from "node:path";
import type { Snapshot } from "@mlops-actions/core";

/** A working tree with one file more, that is not written yet. */
export function overlaid(tree: Snapshot, path: string, text: string): Snapshot {
  return {
    ...tree,
    read: async (file) => (file === path ? Buffer.from(text) : tree.read(file)),
    list: async (glob) => {
      const found = await tree.list(glob);
      return posix.basename(glob) === posix.basename(path) ? [...found, path].toSorted() : found;
    },
  };
}
