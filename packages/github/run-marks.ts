import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Artifacts, UserError } from "@mlops-actions/core";
import { z } from "zod";
import { askAll } from "./ask.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { orMissing, told } from "./told.ts";

/** What a run leaves beside something that it has made elsewhere, and nobody but its own jobs can leave there. */
export interface RunMarks {
  /** In the run that asks. @throws UserError `mark-refused` */
  leave(name: string): Promise<void>;
  /** All that a run has left; none where there is no such run (any more). */
  of(runId: number): Promise<ReadonlySet<string>>;
}

const artifact = z.object({ id: z.int(), name: z.string() });

/**
 * An artifact's name is anybody's, its run is not: only a job of a run can keep an artifact there. What is in it does not matter, so that a mark
 * outlives its bytes.
 * @param options.folder is there, for the files that are sent
 */
export function githubRunMarks({
  octokit,
  repo,
  artifacts,
  runId: own,
  folder,
}: {
  octokit: Client;
  repo: Repository;
  artifacts: Pick<Artifacts, "upload">;
  runId: number;
  folder: string;
}): RunMarks {
  const of: RunMarks["of"] = (runId) =>
    told(`list the artifacts of run ${runId}`, async () => {
      const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts";
      const asked = { ...repo, run_id: runId };
      const all = await orMissing(askAll(octokit, artifact, route, asked, "artifacts"));
      return new Set(all?.map(({ name }) => name));
    });
  return {
    of,
    async leave(name) {
      const file = join(folder, name);
      await writeFile(file, `${name}\n`);
      const sent = await artifacts.upload(name, [file], folder);
      // A run keeps one of a name: another job of it may have left it already.
      if (sent.kind === "uploaded" || (await of(own)).has(name)) return;
      throw new UserError("mark-refused", `This run could not keep the artifact ${name}: ${sent.why}`, {
        remedy:
          "run this again: whatever follows believes a deployment only where the run that made it says so by such an artifact",
      });
    },
  };
}
