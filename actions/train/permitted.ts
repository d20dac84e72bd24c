import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import type { Event } from "@mlops-actions/github";
import type { Environment } from "../job/job.ts";

const PRIVILEGED = ["pull_request_target", "workflow_run"];

/**
 * Refuses to run a project's code where that would hand the rights of the base to a stranger, or a machine that lives on.
 * @throws UserError `privileged-event`, `fork-on-own-machine`
 */
export function refuseUnsafe(
  event: Event,
  { GITHUB_EVENT_NAME = "", RUNNER_ENVIRONMENT }: Environment,
): void {
  if (PRIVILEGED.includes(GITHUB_EVENT_NAME))
    throw new UserError(
      "privileged-event",
      `On \`${GITHUB_EVENT_NAME}\` a change's code would run with the rights of its base`,
      { remedy: "train on `pull_request`, `push` or `workflow_dispatch`" },
    );
  if (event.kind === "pull-request" && event.fork && RUNNER_ENVIRONMENT !== "github-hosted")
    throw new UserError(
      "fork-on-own-machine",
      "A pull request from a fork is not trained on a self-hosted runner: its code would stay on that machine",
      {
        remedy:
          "let somebody with write access look at it and train it by `workflow_dispatch`, or use a hosted runner",
      },
    );
}

/** Whether this job keeps rights where the project's code finds them, and which. */
export async function rightsWithin(root: string, environment: Environment): Promise<string[]> {
  const config = await readFile(join(root, ".git", "config"), "utf8").catch(() => "");
  return [
    ...(/extraheader|includeif/i.test(config) ? ["the checkout's token (`persist-credentials`)"] : []),
    ...(environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN
      ? ["a way to sign in the workflow's name (`id-token`)"]
      : []),
    ...(environment.GITHUB_TOKEN ? ["`GITHUB_TOKEN`"] : []),
  ];
}
