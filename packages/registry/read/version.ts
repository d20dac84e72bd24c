import { UserError, type Version } from "@mlops-actions/core";
import { contents, type Held } from "../record/contents.ts";
import { type Recorded, readRecorded } from "../record/record.ts";
import type { Refs, Tag } from "../refs.ts";
import type { Release, Releases } from "../releases.ts";
import { type Claim, parseClaim } from "../tag/message.ts";
import { versionTag, withdrawalTag } from "../tag/name.ts";

/** A version with everything that was read on the way to it. */
export interface ReadVersion {
  version: Version;
  tag: Tag;
  claim: Claim;
  record: Recorded;
  held: readonly Held[];
  /** The published release of its tag. */
  release: Release | undefined;
}

/**
 * Reads a version. Whether its files are there is not looked at.
 * @param known its published release, where the caller has it: a server finds it by its tag only some time after
 * @returns `undefined` where there is no tag of that number
 * @throws UserError `not-a-version` for a tag that was not written by us
 */
export async function readVersion(
  { refs, releases }: { refs: Refs; releases: Releases },
  model: string,
  number: string,
  known?: Release,
): Promise<ReadVersion | undefined> {
  const name = versionTag(model, number);
  const [tag, withdrawal, release] = await Promise.all([
    refs.read(name),
    refs.read(withdrawalTag(model, number)),
    known ?? releases.ofTag(name),
  ]);
  if (tag === undefined) return undefined;
  const claim = parseClaim(tag.message);
  const record = readRecorded(await refs.readRecord(tag.target));
  if (claim === undefined) throw notAVersion(name, "its message is not one that we write");
  if (record === undefined) throw notAVersion(name, "the commit that it names is not a record");
  if (record.manifest.model !== model)
    throw notAVersion(name, `its record is about the model ${record.manifest.model}`);
  const held = contents(record, claim);
  const version: Version = {
    model,
    number,
    tag: name,
    record: tag.target,
    manifest: record.manifest,
    state: withdrawal !== undefined ? "withdrawn" : release === undefined ? "claimed" : "published",
    registered: tag.tagger.date,
    ...(claim.run && { run: claim.run }),
    assets: held.map(({ file }) => file),
  };
  return { version, tag, claim, record, held, release };
}

/** As `readVersion`; a tag that was not written by us is the answer, and no error. */
export async function readIfOurs(
  options: { refs: Refs; releases: Releases },
  model: string,
  number: string,
): Promise<ReadVersion | UserError | undefined> {
  try {
    return await readVersion(options, model, number);
  } catch (error) {
    if (error instanceof UserError && error.code === NOT_OURS) return error;
    throw error;
  }
}

const NOT_OURS = "not-a-version";

function notAVersion(tag: string, why: string): UserError {
  return new UserError(NOT_OURS, `${tag} is not a version of a model: ${why}`, {
    remedy: `Somebody wrote or moved that tag by hand; see \`git cat-file -p '${tag}'\`.`,
  });
}
