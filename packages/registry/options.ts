import type { Refs } from "./refs.ts";
import type { Releases } from "./releases.ts";
import type { ClaimedRun, Witness } from "./witness.ts";

/** The outside world of the registry. */
export interface RegistryOptions {
  refs: Refs;
  releases: Releases;
  now: () => Date;
  /** A new random word of letters, digits and `-`: by it we know our own draft again where an answer was lost. */
  key: () => string;
  /** Absolute folder for what is being packed or checked; emptied by whoever uses it. */
  scratch: string;
  /** Who can say whether a tag counts. Default: every tag does. */
  witness?: Witness | undefined;
  /** Whether a run can write no more. Where nobody can tell, what it left is left alone. */
  isRunOver?: ((run: ClaimedRun) => Promise<boolean>) | undefined;
  /** Files above this many bytes are published in parts. Default: 1.9 GiB, as GitHub takes less than 2 GiB. */
  partBytes?: number | undefined;
}

export const PART_BYTES = Math.floor(1.9 * 1024 ** 3);
