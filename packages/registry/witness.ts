import type { Tag } from "./refs.ts";

/** The workflow run that a tag says has written it. */
export interface ClaimedRun {
  repositoryId: number;
  runId: number;
  attempt: number;
}

/**
 * A tag is a claim: whoever can push can push one. Where GitHub keeps a record of runs, it can say whether the run that a tag names is
 * one that may write it.
 */
export interface Witness {
  examine(
    tag: Pick<Tag, "name">,
    run: ClaimedRun | undefined,
  ): Promise<{ kind: "vouched" } | { kind: "doubted"; why: string }>;
}
