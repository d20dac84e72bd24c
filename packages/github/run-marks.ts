import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Artifacts, UserError } from "@mlops-actions/core";

/** What a run leaves beside something that it has made elsewhere, and nobody but its own jobs can leave there. */
export interface RunMarks {
  /** In the run that asks. @throws UserError `mark-refused` */
  leave(name: string): Promise<void>;
  has(name: string, runId: number): Promise<boolean>;
}

/**
 * An artifact's name is anybody's, its run is not: only a job of a run can keep an artifact there. What is in it does not matter, so that a mark
 * outlives its bytes.
 * @param options.folder is there, for the files that are sent
 */
export function githubRunMarks({
  artifacts,
  runId: own,
  folder,
}: {
  artifacts: Pick<Artifacts, "upload" | "find">;
  runId: number;
  folder: string;
}): RunMarks {
  const has: RunMarks["has"] = async (name, runId) =>
    (await artifacts.find(name)).some(({ run }) => run.id === runId);
  return {
    has,
    async leave(name) {
      const file = join(folder, name);
      await writeFile(file, `${name}\n`);
      const sent = await artifacts.upload(name, [file], folder);
      // A run keeps one of a name: another job of it may have left it already.
      if (sent.kind === "uploaded" || (await has(name, own))) return;
      throw new UserError("mark-refused", `This run could not keep the artifact ${name}: ${sent.why}`, {
        remedy:
          "run this again: whatever follows believes a deployment only where the run that made it says so by such an artifact",
      });
    },
  };
}
