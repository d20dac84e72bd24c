import type { Checks } from "@mlops-actions/core";
import { z } from "zod";
import { askAll, patiently, send } from "./ask.ts";
import { failureOf } from "./failure.ts";
import { compareOrder, type Order } from "./marker.ts";
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
  const all = (sha: string, name: string): Promise<CheckRun[]> => {
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
    const ask = { ...repo, ref: sha, check_name: name, filter: "all" };
    return askAll(octokit, checkRun, route, ask, "check_runs");
  };

  return {
    async publish({ name, sha, conclusion, title, summary, key, order }) {
      const externalId = externalIdOf(key, order);
      const same = (run: CheckRun) => run.name === name && run.external_id === externalId;
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
        const runs = await all(sha, name);
        const newer = runs.find((run) => isNewer(run.external_id, key, order));
        if (newer !== undefined) return { kind: "superseded", url: newer.html_url ?? "" };
        const found = runs.find(same);
        if (found === undefined) {
          const created = await settle(octokit, create, async () => (await all(sha, name)).find(same));
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

function externalIdOf(key: string, { runId, attempt }: Order): string {
  return `mlops:${key}:${runId}.${attempt}`;
}

function isNewer(externalId: string | null, key: string, order: Order): boolean {
  const found = /^mlops:(.+):(\d{1,15})\.(\d{1,6})$/.exec(externalId ?? "");
  if (found === null || found[1] !== key) return false;
  return compareOrder({ runId: Number(found[2]), attempt: Number(found[3]) }, order) > 0;
}

function cut(text: string, limit: number, mark: string): string {
  return text.length <= limit
    ? text
    : text.slice(0, limit - mark.length).replace(/[\uD800-\uDBFF]$/, "") + mark;
}
