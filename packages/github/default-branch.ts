import { UserError } from "@mlops-actions/core";
import { z } from "zod";
import { ask } from "./ask.ts";
import { failureOf } from "./failure.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";

const repository = z.object({ default_branch: z.string().min(1) });

/**
 * The branch that the repository calls its own, asked now: what a run says of it may be as old as the run.
 * @throws UserError `github-refused`, `github-unreachable`
 */
export async function defaultBranch(of: { octokit: Client; repo: Repository }): Promise<string> {
  try {
    const found = await ask(of.octokit, repository, "GET /repos/{owner}/{repo}", { ...of.repo });
    return found.default_branch;
  } catch (error) {
    const failure = failureOf(error);
    throw new UserError(
      failure.kind === "refused" ? "github-refused" : "github-unreachable",
      `GitHub did not say which branch is the default one: ${failure.why}`,
      {
        remedy: "check the job's `permissions:` (`contents: read` at least), then run it again",
        cause: error,
      },
    );
  }
}
