import type { Checks } from "@mlops-actions/core";
import { z } from "zod";
import { askAll, patiently, send } from "./ask.ts";
import { failureOf } from "./failure.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { settle } from "./settle.ts";

const checkRun = z.object({
  id: z.int(),
  name: z.string(),
  html_url: z.string().nullable(),
  external_id: z.string().nullable(),
});
type CheckRun = z.infer<typeof checkRun>;

/** GitHub's limit for the summary of a check, in characters. */
export const MAX_CHECK_SUMMARY_CHARACTERS = 65_535;
const CUT = "\n\n… shortened; the job's summary has all of it.";

/** Check runs of one repository, found again by name and external id. */
export function githubChecks({ octokit, repo }: { octokit: Client; repo: Repository }): Checks {
  const find = async (sha: string, name: string, externalId: string): Promise<CheckRun | undefined> => {
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
    const ask = { ...repo, ref: sha, check_name: name, filter: "all" };
    const runs = await askAll(octokit, checkRun, route, ask, "check_runs");
    return runs.find((run) => run.name === name && run.external_id === externalId);
  };

  return {
    async publish({ name, sha, conclusion, title, summary, externalId }) {
      const state = {
        name,
        external_id: externalId,
        status: "completed",
        conclusion,
        output: { title: cut(title, 255, "…"), summary: cut(summary, MAX_CHECK_SUMMARY_CHARACTERS, CUT) },
      };
      const create = () =>
        send(octokit, checkRun, "POST /repos/{owner}/{repo}/check-runs", {
          ...repo,
          ...state,
          head_sha: sha,
        });
      try {
        const found = await find(sha, name, externalId);
        if (found === undefined) {
          const created = await settle(octokit, create, () => find(sha, name, externalId));
          return { kind: "created", url: created.html_url ?? "" };
        }
        const updated = await patiently(octokit, () =>
          send(octokit, checkRun, "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
            ...repo,
            ...state,
            check_run_id: found.id,
          }),
        );
        return { kind: "updated", url: updated.html_url ?? "" };
      } catch (error) {
        return { kind: "refused", why: failureOf(error).why };
      }
    },
  };
}

function cut(text: string, limit: number, mark: string): string {
  return text.length <= limit
    ? text
    : text.slice(0, limit - mark.length).replace(/[\uD800-\uDBFF]$/, "") + mark;
}
