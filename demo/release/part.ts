import type { Change } from "../change.ts";
import type { Conversation } from "../conversation.ts";
import type { DriftPart } from "../production/drift.ts";
import type { Rollout } from "../production/rollout.ts";
import type { Reviewed } from "../review.ts";
import type { Part } from "../verdicts.ts";
import type { Made } from "./make.ts";
import type { Happened, Release } from "./registry.ts";

/** A pull request whose rows were refused, so that nothing was trained of them. */
export interface Stopped {
  change: Change;
  review: Conversation;
  /** Ids of the jobs that had nothing to do. */
  skipped: readonly string[];
}

/** The second part, and what is in the repository at its end. */
export interface ReleasePart extends Part {
  stopped: Stopped;
  /** The pull request whose model failed in production. */
  broken: Reviewed;
  drift: DriftPart;
  /** What became of the rollback by hand. */
  back: Rollout;
  /** Numbers of the pull requests that were merged, the better one first. */
  merged: readonly number[];
  /** In the order of their versions. */
  made: readonly Made[];
  /** What promoting at a terminal was refused with. */
  refusal: string | undefined;
  /** Newest first. */
  releases: readonly Release[];
  /** Oldest first. */
  history: readonly Happened[];
  /** SHA-256 of the recorded models by name, where those were used. */
  recorded: ReadonlyMap<string, string> | undefined;
}
