import { mergePullRequest, type PullRequest, pushEvent } from "@mlops-actions/testkit";
import { OWNER } from "../hosting.ts";
import { type PlayedRun, runWorkflow } from "../workflow/run-workflow.ts";
import type { Playing } from "../workflow/runner.ts";
import type { Workflows } from "./example.ts";

/** What people do in the repository, and the runs that GitHub starts for it. */
export interface Happening {
  /** Somebody has pushed to main: `model-release`. */
  pushed(sha: string): Promise<PlayedRun>;
  /** A pull request was opened: `model-review`. */
  proposed(pull: PullRequest, actor: string): Promise<PlayedRun>;
  /** @returns the commit on main */
  merged(pull: PullRequest): Promise<string>;
  /** The one who releases starts `model-promote` by hand. */
  dispatched(sha: string, inputs: Readonly<Record<"version" | "environment", string>>): Promise<PlayedRun>;
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
    async dispatched(sha, inputs) {
      const { event, ...rest } = await onMain(sha);
      const { repository } = event.payload;
      const dispatch = { name: "workflow_dispatch", payload: { ref: MAIN, repository, inputs } };
      return runWorkflow(workflows.promote, { ...rest, event: dispatch, inputs }, playing);
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
