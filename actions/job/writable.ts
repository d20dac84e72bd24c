import { UserError } from "@mlops-actions/core";
import { writablePermissions } from "@mlops-actions/github";
import type { Job } from "./job.ts";

/**
 * Refuses to run a project's code beside the rights of this job.
 * @param of.what the code, as the subject of a sentence
 * @throws UserError `code-beside-rights` where the job's token can write
 */
export async function refuseWritable(
  { octokit, repo }: Job,
  { what, remedy }: { what: string; remedy: string },
): Promise<void> {
  const writable = await writablePermissions(octokit, repo);
  if (writable.length === 0) return;
  throw new UserError(
    "code-beside-rights",
    `${what} would run in a job whose token can write ${writable.join(", ")}`,
    { remedy },
  );
}
