import type { Dispatches } from "@mlops-actions/core";
import { z } from "zod";
import { patiently, send } from "./ask.ts";
import type { Client } from "./octokit.ts";
import type { Repository } from "./repository.ts";
import { told } from "./told.ts";

/**
 * Starts workflows that listen. One whose answer was lost is sent again: who listens is told at least once.
 * @throws UserError `github-refused` (the token needs `contents: write`), `github-unreachable`
 */
export function githubDispatches({ octokit, repo }: { octokit: Client; repo: Repository }): Dispatches {
  return {
    repositoryDispatch: (eventType, payload) =>
      told(`dispatch ${eventType}`, async () => {
        await patiently(octokit, () =>
          send(octokit, z.unknown(), "POST /repos/{owner}/{repo}/dispatches", {
            ...repo,
            event_type: eventType,
            client_payload: payload,
          }),
        );
      }),
  };
}
