import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder that the user has named, and those above it; one that is there stays as it is. Node's own recursive `mkdir` never comes back where
 * a system refuses a folder by saying that there is no such place, as /proc does.
 * @throws the system's error
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  for (const isLast of [false, true])
    try {
      await mkdir(path, { mode });
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return;
      if (code !== "ENOENT" || isLast || dirname(path) === path) throw error;
      await makeFolder(dirname(path), mode);
    }
}
