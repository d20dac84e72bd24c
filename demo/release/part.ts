import type { Change } from "../change.ts";
import type { Conversation } from "../conversation.ts";
import type { Part } from "../verdicts.ts";
import type { Happened, Release } from "./registry.ts";

/** What a run of `model-release` has come to. */
export interface Made {
  version: string | undefined;
  /** Ids of the jobs that had nothing to do. */
  skipped: readonly string[];
  failed: readonly string[];
}

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
  /** Number of the pull request that was merged. */
  merged: number;
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
