import type { RegistryOptions } from "../options.ts";
import { contents } from "../record/contents.ts";
import { type Recorded, readRecorded } from "../record/record.ts";
import type { Refs, Tag } from "../refs.ts";
import type { Release, Releases } from "../releases.ts";
import { settled } from "../settled.ts";
import { type Claim, type Listed, parseClaim, printRemark } from "../tag/message.ts";
import { parseTagName, withdrawalTag } from "../tag/name.ts";
import type { ClaimedRun } from "../witness.ts";
import { readMarker } from "./marker.ts";
import type { Supply } from "./supply.ts";
import { createTag, readCatalogue } from "./tagging.ts";
import { fill, mistakes } from "./upload.ts";

// So old a claim is given up where nobody knows about its run.
const ABANDONED_MS = 60 * 60 * 1000;

/** A version's tag with what it says. */
export interface ReadClaim {
  tag: Tag;
  claim: Claim | undefined;
  record: Recorded | undefined;
}

export async function readClaim(refs: Refs, name: string): Promise<ReadClaim | undefined> {
  const tag = await refs.read(name);
  if (tag === undefined) return undefined;
  return { tag, claim: parseClaim(tag.message), record: readRecorded(await refs.readRecord(tag.target)) };
}

/** What one publisher can do about claims: its own bytes, and who it is. */
export interface Publisher {
  options: RegistryOptions;
  scratch: string;
  run: ClaimedRun | undefined;
  record: Recorded;
  supply: () => Promise<Supply>;
}

/** How a claim ended. `pending`: its run may still be working on it. */
export type Settled =
  | { kind: "published"; release: Release }
  | { kind: "withdrawn" }
  | { kind: "pending" }
  | { kind: "foreign" };

/** Brings a tag without a published release to an end, whoever made it. What was written by hand is not ours to end. */
export async function settleClaim(publisher: Publisher, { tag, claim, record }: ReadClaim): Promise<Settled> {
  const { releases } = publisher.options;
  if (claim === undefined || record === undefined) return { kind: "foreign" };
  const release = await releases.get(claim.release);
  if (release !== undefined && !release.draft && release.tag === tag.name)
    return { kind: "published", release };
  const draft = release !== undefined && isDraftOf(tag, release) ? release : undefined;
  const wanted = contents(record, claim).flatMap(({ assets }) => assets);
  const whole = draft && (await wholeDraft(publisher, draft.id, wanted));
  if (whole !== undefined) return { kind: "published", release: await publishRelease(releases, whole) };
  const other = await releases.ofTag(tag.name);
  if (other !== undefined) return { kind: "published", release: other };
  if (!(await isAbandoned(publisher, tag, claim))) return { kind: "pending" };
  if (draft !== undefined && (await complete(publisher, record, wanted, draft)))
    return { kind: "published", release: await publishRelease(releases, draft) };
  await withdraw(publisher.options, tag, publisher.run, "its files were never complete");
  if (draft !== undefined) await removeDraft(releases, draft.id);
  return { kind: "withdrawn" };
}

function isDraftOf(tag: Tag, { draft, tag: name, body }: Release): boolean {
  return draft && name === tag.name && readMarker(body)?.record === tag.target;
}

async function wholeDraft(
  { options: { releases }, scratch }: Publisher,
  id: string,
  wanted: readonly Listed[],
): Promise<Release | undefined> {
  const draft = await releases.get(id);
  const isWhole = draft !== undefined && (await mistakes(releases, draft, wanted, scratch)).length === 0;
  return isWhole ? draft : undefined;
}

/** Sends what a draft lacks, where we have the very same bytes. @returns whether it is whole now */
async function complete(
  { options, record: own, supply, scratch }: Publisher,
  record: Recorded,
  wanted: readonly Listed[],
  draft: Release,
): Promise<boolean> {
  if (record.sha256 !== own.sha256) return false;
  const { assets } = await supply();
  const supplied = wanted.flatMap((file) =>
    assets.filter(({ name, sha256 }) => name === file.name && sha256 === file.sha256),
  );
  if (supplied.length < wanted.length) return false;
  await fill(options.releases, draft.id, supplied, scratch);
  return true;
}

async function isAbandoned({ options, run: own }: Publisher, tag: Tag, { run }: Claim): Promise<boolean> {
  if (run === undefined || options.isRunOver === undefined)
    return options.now().getTime() - Date.parse(tag.tagger.date) > ABANDONED_MS;
  if (own !== undefined && isSameRun(own, run)) return false;
  return options.isRunOver(run);
}

function isSameRun(a: ClaimedRun, b: ClaimedRun): boolean {
  return a.repositoryId === b.repositoryId && a.runId === b.runId && a.attempt === b.attempt;
}

/** Publishes a draft by its id; an answer that was lost is read back. */
export async function publishRelease(releases: Releases, { id }: Release): Promise<Release> {
  return settled(
    () => releases.publish(id),
    async () => {
      const release = await releases.get(id);
      return release?.draft === false ? release : undefined;
    },
  );
}

export async function removeDraft(releases: Releases, id: string): Promise<void> {
  try {
    await releases.remove(id);
  } catch (error) {
    // Gone is what was wanted; published by somebody meanwhile, it is no draft any more.
    if ((await releases.get(id))?.draft === true) throw error;
  }
}

/** Says of a version that it does not count any more. Nothing is moved or deleted. */
export async function withdraw(
  options: Pick<RegistryOptions, "refs" | "now">,
  tag: Tag,
  run: ClaimedRun | undefined,
  why: string,
): Promise<void> {
  const meaning = parseTagName(tag.name);
  if (meaning?.kind !== "version") throw new Error(`${tag.name} is no version`);
  const { model, number } = meaning;
  const catalogue = await readCatalogue(options.refs, model);
  if (catalogue.withdrawn.has(number)) return;
  await createTag(options, catalogue, {
    name: withdrawalTag(model, number),
    target: tag.target,
    message: printRemark(`${model} ${number} is withdrawn: ${why}`, run),
  });
}
