import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that goes away with its owner. */
export interface Folder extends AsyncDisposable {
  path: string;
}

export async function temporaryFolder(name: string): Promise<Folder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
