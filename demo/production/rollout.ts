import { type Details, details } from "@mlops-actions/rollout";
import type { GitHubBox } from "@mlops-actions/testkit";
import { ask } from "../conversation.ts";
import { evidenceIn } from "../evidence.ts";
import type { Story } from "../story.ts";
import type { PlayedStep } from "../workflow/step.ts";
import type { Calls } from "./callers.ts";

/** A line of GitHub's record of a deployment. */
export interface Step {
  state: string;
  /** In words. */
  said: string;
}

/** What became of a version in production. */
export interface Rollout {
  details: Details;
  /** The page of its run, in Markdown. */
  summary: string;
  /** Oldest first. */
  steps: readonly Step[];
  /** Counted by those who asked. */
  calls: Calls;
}

/** What `deploy-canary` has done, and GitHub's record of it. */
export async function rolloutOf(step: PlayedStep, calls: Calls, box: GitHubBox): Promise<Rollout> {
  const { outcome } = (await evidenceIn("deploy", details, step)).predicate;
  if (outcome.kind === "error") throw new Error(`nothing was deployed: ${outcome.fault.message}`);
  const { deployment } = outcome.details;
  return {
    details: outcome.details,
    summary: step.summary,
    steps: deployment === null ? [] : await stepsOf(box, deployment),
    calls,
  };
}

async function stepsOf(box: GitHubBox, deployment: number): Promise<Step[]> {
  const statuses = await ask<{ state: string; description: string }[]>(
    box,
    `deployments/${deployment}/statuses`,
  );
  const steps = statuses.toReversed().map(({ state, description }) => ({
    state,
    // Without the entry of the ledger that follows the words.
    said: description.replace(/ \[[a-z]\d+:[0-9a-z.]+\]$/, ""),
  }));
  // What it waits for is said once.
  return steps.filter(({ said }, at) => said !== steps[at - 1]?.said);
}

/** Tells how many asked, and what was done with them. */
export function tellRollout({ steps, calls }: Rollout, story: Story): void {
  const { answered, failed } = calls;
  story.pause();
  for (const { state, said } of steps) story.say(`${state}: ${said}`);
  const by = Object.entries(answered).map(([version, n]) => `${n.toLocaleString("en-US")} by ${version}`);
  story.say(`Of those who asked meanwhile ${by.join(", ")} got an answer, ${failed} an error.`);
}
