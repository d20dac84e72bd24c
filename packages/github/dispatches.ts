import type { Dispatches } from "@mlops-actions/core";
import { z } from "zod";
import { send } from "./ask.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { told } from "./told.ts";

/**
 * Starts workflows of the default branch that listen for `repository_dispatch`. Sent once: nobody could see whether one whose answer was lost has
 * started something.
 */
export function githubDispatches({ octokit, repo }: { octokit: Client; repo: Repository }): Dispatches {
  return {
    repositoryDispatch: (eventType, payload) =>
      told(`start what listens for \`${eventType}\``, async () => {
        await send(octokit, z.unknown(), "POST /repos/{owner}/{repo}/dispatches", {
          ...repo,
          event_type: eventType,
          client_payload: payload,
        });
      }),
  };
}
