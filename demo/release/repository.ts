import { mergePullRequest, type PullRequest, pushEvent } from "@mlops-actions/testkit";
import { OWNER } from "../hosting.ts";
import { type PlayedRun, runWorkflow } from "../workflow/run-workflow.ts";
import type { Playing } from "../workflow/runner.ts";
import type { Workflows } from "./example.ts";

/** What happens in the repository, and the runs that GitHub starts for it. */
export interface Happening {
  /** Somebody has pushed to main: `model-release`. */
  pushed(sha: string): Promise<PlayedRun>;
  /** A pull request was opened: `model-review`. */
  proposed(pull: PullRequest, actor: string): Promise<PlayedRun>;
  /** @returns the commit on main */
  merged(pull: PullRequest): Promise<string>;
  /** It is time: `drift-cron`. */
  scheduled(sha: string): Promise<PlayedRun>;
  /** What the drift check has asked for last: `model-release`. */
  dispatched(sha: string): Promise<PlayedRun>;
  /** The one who releases starts `rollback` by hand. */
  rolledBack(sha: string): Promise<PlayedRun>;
}

const MAIN = "refs/heads/main";

export function happening(workflows: Workflows, playing: Playing): Happening {
  const { box } = playing;
  let runs = 0;
  const onMain = async (sha: string) => ({
    event: await pushEvent(box, { token: OWNER, sha }),
    ref: MAIN,
    sha,
    runId: ++runs,
    actor: OWNER,
  });
  const notPushed = async (sha: string, name: string, more: Readonly<Record<string, unknown>>) => {
    const { event, ...rest } = await onMain(sha);
    return { ...rest, event: { name, payload: { repository: event.payload.repository, ...more } } };
  };
  return {
    pushed: async (sha) => runWorkflow(workflows.release, await onMain(sha), playing),
    proposed: (pull, actor) =>
      runWorkflow(
        workflows.review,
        {
          event: { name: "pull_request", payload: pull.event },
          ref: `refs/pull/${pull.number}/merge`,
          sha: mergeOf(pull),
          runId: ++runs,
          actor,
        },
        playing,
      ),
    merged: ({ number }) => mergePullRequest(box, { token: OWNER, number }),
    scheduled: async (sha) =>
      runWorkflow(workflows.drift, await notPushed(sha, "schedule", { schedule: "17 5 * * *" }), playing),
    async dispatched(sha) {
      const asked = (await box.dispatches()).at(-1);
      if (asked === undefined) throw new Error("nothing has asked for a run");
      const more = { action: asked.type, client_payload: asked.payload, branch: "main" };
      return runWorkflow(workflows.release, await notPushed(sha, "repository_dispatch", more), playing);
    },
    async rolledBack(sha) {
      const inputs = { to: "" };
      const trigger = await notPushed(sha, "workflow_dispatch", { ref: MAIN, inputs });
      return runWorkflow(workflows.rollback, { ...trigger, inputs }, playing);
    },
  };
}

function mergeOf({ number, merge }: PullRequest): string {
  if (merge === null) throw new Error(`#${number} has conflicts`);
  return merge;
}

/** What a run has said where people look: the last step of each job that has a title, else its last line. */
export function saidBy(run: PlayedRun, id: string): string {
  const { result, steps } = run.job(id);
  if (result === "skipped") return "skipped";
  const last = steps.at(-1);
  const said = last?.outputs.title ?? last?.stdout.trim().split("\n").at(-1) ?? "";
  return said.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1...");
}
