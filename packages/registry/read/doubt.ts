import type { Tag } from "../refs.ts";
import type { ClaimedRun, Witness } from "../witness.ts";

/** A tag that does not count, and why. */
export interface Doubted {
  tag: string;
  why: string;
}

/** Why a tag does not count; `undefined` where it does, or where there is nobody to ask. */
export async function doubtOf(
  witness: Witness | undefined,
  tag: Pick<Tag, "name">,
  run: ClaimedRun | undefined,
): Promise<Doubted | undefined> {
  const answer = await witness?.examine(tag, run);
  return answer?.kind === "doubted" ? { tag: tag.name, why: answer.why } : undefined;
}
