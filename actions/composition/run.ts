import { readFile } from "node:fs/promises";
import type { Run } from "@mlops-actions/core";
import { type Event, readEvent } from "@mlops-actions/github";
import manifest from "../../package.json" with { type: "json" };

export type Environment = Readonly<Record<string, string | undefined>>;

export const TOOL = `mlops-actions ${manifest.version}`;
export const GUIDE = "https://github.com/mlops-actions/mlops-actions/blob/main/docs";

/** What started this run. */
export async function eventOf({ GITHUB_EVENT_NAME = "", GITHUB_EVENT_PATH }: Environment): Promise<Event> {
  return GITHUB_EVENT_PATH === undefined
    ? { kind: "other", name: GITHUB_EVENT_NAME }
    : readEvent(GITHUB_EVENT_NAME, await readFile(GITHUB_EVENT_PATH, "utf8"));
}

/** The commit that a pull request is judged against: the first parent of the merge that is checked out, else the event's base. */
export function baseOf(event: Extract<Event, { kind: "pull-request" }>, parents: readonly string[]): string {
  const [first, second] = parents;
  return first !== undefined && second === event.head.sha ? first : event.base.sha;
}

/** This run's place in time. */
export function orderOf(environment: Environment): { runId: number; attempt: number } {
  return {
    runId: Number(environment.GITHUB_RUN_ID ?? 0),
    attempt: Number(environment.GITHUB_RUN_ATTEMPT ?? 1),
  };
}

/** What the evidence says of this run. */
export function runOf(
  event: Event,
  at: { commit: string; clean: boolean },
  environment: Environment,
): Omit<Run, "started" | "finished"> {
  return {
    commit: event.kind === "pull-request" ? event.head.sha : at.commit,
    clean: at.clean,
    tool: TOOL,
    github: {
      repositoryId: Number(environment.GITHUB_REPOSITORY_ID ?? 0),
      ...orderOf(environment),
      event: environment.GITHUB_EVENT_NAME ?? "",
      workflowRef: environment.GITHUB_WORKFLOW_REF ?? "",
    },
  };
}
