import type { Release } from "../releases.ts";
import { parseTagName, withdrawalTag } from "../tag/name.ts";
import { type Publisher, readClaim, removeDraft, settleClaim } from "./claim.ts";
import { readMarker } from "./marker.ts";

/**
 * What runs that are over have left: a draft that a tag names is finished, the others are removed. Drafts of runs that nobody knows
 * about stay, and whatever does not bear our marker is not ours.
 */
export async function sweep(publisher: Publisher, listed: readonly Release[]): Promise<void> {
  const { releases, isRunOver } = publisher.options;
  for (const { id, draft, body } of listed) {
    const marker = draft ? readMarker(body) : undefined;
    if (marker?.run === undefined || isRunOver === undefined || !(await isRunOver(marker.run))) continue;
    // Read again: lists are older than what they list.
    const now = await releases.get(id);
    if (now?.draft !== true) continue;
    const read = await liveClaim(publisher, now);
    if (read === undefined) await removeDraft(releases, id);
    else await settleClaim(publisher, read);
  }
}

async function liveClaim({ options: { refs } }: Publisher, { id, tag }: Release) {
  const meaning = parseTagName(tag);
  if (meaning?.kind !== "version") return undefined;
  const read = await readClaim(refs, tag);
  if (read?.claim?.release !== id) return undefined;
  return (await refs.read(withdrawalTag(meaning.model, meaning.number))) === undefined ? read : undefined;
}
