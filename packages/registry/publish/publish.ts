import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Publication, UserError, type Version } from "@mlops-actions/core";
import { PART_BYTES, type RegistryOptions } from "../options.ts";
import { readVersion } from "../read/version.ts";
import { contents } from "../record/contents.ts";
import { MANIFEST_FILE, readRecorded, recorded } from "../record/record.ts";
import type { Tag } from "../refs.ts";
import type { Release } from "../releases.ts";
import { settled } from "../settled.ts";
import type { Catalogue } from "../tag/catalogue.ts";
import { printClaim } from "../tag/message.ts";
import { parseTagName, versionTag, withdrawalTag } from "../tag/name.ts";
import { nextNumber } from "../tag/number.ts";
import { type Publisher, publishRelease, readClaim, removeDraft, settleClaim, withdraw } from "./claim.ts";
import { type Marker, readMarker } from "./marker.ts";
import { releaseNotes } from "./notes.ts";
import { type Supply, supplyOf } from "./supply.ts";
import { sweep } from "./sweep.ts";
import { createTag, readCatalogue } from "./tagging.ts";
import { fill, mistakes } from "./upload.ts";

// So many others may be faster before we say that something is odd.
const ROUNDS = 20;

interface Published {
  version: Version;
  how: "published" | "resumed" | "unchanged";
}

/**
 * Publishes a model as the next version: draft, upload, read back, claim the number by its tag, publish. One step makes it visible;
 * killed before or after any other, the next run of anybody goes on or clears away.
 */
export async function publish(options: RegistryOptions, publication: Publication): Promise<Published> {
  const record = recorded(publication.manifest);
  await mkdir(options.scratch, { recursive: true });
  const scratch = await mkdtemp(join(options.scratch, "publish-"));
  try {
    let supply: Promise<Supply> | undefined;
    const publisher: Publisher = {
      options,
      scratch,
      run: publication.run,
      record,
      supply: () => {
        supply ??= supplyOf(publication, record, {
          folder: scratch,
          partBytes: options.partBytes ?? PART_BYTES,
        });
        return supply;
      },
    };
    return await inRounds(publisher, publication);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function inRounds(
  publisher: Publisher,
  { bump, manifest: { model } }: Publication,
): Promise<Published> {
  const { options } = publisher;
  let draft: Draft | undefined;
  for (let round = 1; round <= ROUNDS; round++) {
    // Releases after tags: a version that is published in between is not taken for a claim.
    const catalogue = await readCatalogue(options.refs, model);
    const releases = await options.releases.list();
    if (round === 1) await sweep(publisher, releases);
    const registered = await findRegistered(publisher, catalogue, releases);
    if (registered !== undefined) {
      if (draft !== undefined) await removeDraft(options.releases, draft.id);
      const { number, release, how } = registered;
      return { version: await reread(options, model, number, release), how };
    }
    const number = nextNumber(catalogue.numbers, bump);
    if (parseTagName(versionTag(model, number)) === undefined) throw usedUp(model, catalogue.numbers[0]);
    draft = await drafted(publisher, draft, number);
    const tag = await claimed(publisher, catalogue, draft, number);
    if (tag === undefined) continue;
    const rivalled = await isRivalled(publisher, catalogue, tag);
    // Who settles claims may have published it already; then it is the one that counts.
    if (rivalled && (await options.releases.get(draft.id))?.draft !== false) {
      await withdraw(options, tag, publisher.run, "the same model was registered at the same moment");
      continue;
    }
    const release = await publishRelease(options.releases, draft.release);
    await checkPublished(publisher, release, tag, draft);
    return { version: await reread(options, model, number, release), how: "published" };
  }
  throw new UserError("registry-busy", `${ROUNDS} others registered a version of ${model} in the meantime`, {
    remedy: "Run this again when it is quieter.",
  });
}

/** Our record among the published versions and the claims, which are brought to an end on the way. */
async function findRegistered(
  publisher: Publisher,
  { model, numbers, withdrawn }: Catalogue,
  releases: readonly Release[],
): Promise<{ number: string; release: Release; how: "resumed" | "unchanged" } | undefined> {
  const { options, record } = publisher;
  const published = new Map(releases.filter(({ draft }) => !draft).map((release) => [release.tag, release]));
  const isOurs = async (name: string) =>
    readRecorded(await recordOf(options, name))?.sha256 === record.sha256;
  for (const number of numbers) {
    const name = versionTag(model, number);
    const release = published.get(name);
    if (release !== undefined) {
      // The marker only says where to look; what counts is the record that the tag names.
      const said = readMarker(release.body)?.manifest;
      if ((said !== undefined && said !== record.sha256) || !(await isOurs(name))) continue;
      if (withdrawn.has(number)) throw isWithdrawn(model, number);
      return { number, release, how: "unchanged" };
    }
    if (withdrawn.has(number)) continue;
    const read = await readClaim(options.refs, name);
    if (read === undefined) continue;
    const outcome = await settleClaim(publisher, read);
    if (read.record?.sha256 !== record.sha256) continue;
    if (outcome.kind === "pending") throw beingPublished(name);
    if (outcome.kind === "published") return { number, release: outcome.release, how: "resumed" };
  }
  return undefined;
}

async function recordOf({ refs }: RegistryOptions, name: string) {
  const tag = await refs.read(name);
  return tag === undefined ? undefined : refs.readRecord(tag.target);
}

interface Draft {
  id: string;
  release: Release;
  marker: Marker;
  supply: Supply;
}

async function drafted(publisher: Publisher, draft: Draft | undefined, number: string): Promise<Draft> {
  const { releases } = publisher.options;
  if (draft === undefined) return newDraft(publisher, number);
  const to = releaseNotes(draft.marker, number, contents(publisher.record, draft.supply));
  if (draft.release.tag === to.tag) return draft;
  const release = await settled(
    () => releases.rename(draft.id, to),
    async () => {
      const found = await releases.get(draft.id);
      return found?.tag === to.tag && found.body === to.body ? found : undefined;
    },
  );
  return { ...draft, release };
}

async function newDraft(
  { options, run, record, supply: supplying, scratch }: Publisher,
  number: string,
): Promise<Draft> {
  const { refs, releases } = options;
  const supply = await supplying();
  const commit = await refs.writeRecord(new Map([[MANIFEST_FILE, record.bytes]]));
  const marker: Marker = {
    model: record.manifest.model,
    record: commit,
    manifest: record.sha256,
    key: options.key(),
    ...(run && { run }),
  };
  const release = await settled(
    () => releases.draft(releaseNotes(marker, number, contents(record, supply))),
    async () => (await releases.list()).find(({ body }) => readMarker(body)?.key === marker.key),
  );
  await fill(releases, release.id, supply.assets, scratch);
  return { id: release.id, release, marker, supply };
}

/** @returns the tag; `undefined` where another has that number */
async function claimed(
  { options, run }: Publisher,
  catalogue: Catalogue,
  { id, marker, supply: { beside, parts } }: Draft,
  number: string,
): Promise<Tag | undefined> {
  const { kind, tag } = await createTag(options, catalogue, {
    name: versionTag(catalogue.model, number),
    target: marker.record,
    message: printClaim(`${catalogue.model} ${number}`, { release: id, run, beside, parts }),
  });
  return kind === "created" ? tag : undefined;
}

/**
 * Whether another number was claimed for the same record while we claimed ours. Two who see each other both step back and come
 * again; that neither sees the other cannot be, because both look after they have claimed.
 */
async function isRivalled({ options }: Publisher, before: Catalogue, mine: Tag): Promise<boolean> {
  const { model, numbers, withdrawn } = await readCatalogue(options.refs, before.model);
  const fresh = numbers.filter((number) => !before.numbers.includes(number) && !withdrawn.has(number));
  for (const number of fresh) {
    const name = versionTag(model, number);
    if (name !== mine.name && (await options.refs.read(name))?.target === mine.target) return true;
  }
  return false;
}

// Nothing of ours changes a release after it is published. Where somebody's did just before, it must not count.
async function checkPublished(
  { options, run, scratch }: Publisher,
  release: Release,
  tag: Tag,
  { supply }: Draft,
) {
  const now = await options.releases.get(release.id);
  const wrong =
    now?.draft === false && now.tag === tag.name
      ? await mistakes(options.releases, now, supply.assets, scratch)
      : [{ name: tag.name, what: "is not what the release is called" }];
  const there = await options.refs.read(tag.name);
  if (there?.object !== tag.object) wrong.push({ name: tag.name, what: "is not the tag that we made" });
  const [first] = wrong;
  if (first === undefined) return;
  await withdraw(options, tag, run, "it was changed while it was published");
  throw new UserError(
    "publish-disturbed",
    `${tag.name} was changed while it was published: \`${first.name}\` ${first.what}`,
    {
      remedy: "It is withdrawn. Find out who else writes tags and releases here, then run this again.",
    },
  );
}

/** What was published, read back as everybody reads it. */
async function reread(
  options: RegistryOptions,
  model: string,
  number: string,
  release: Release,
): Promise<Version> {
  const read = await readVersion(options, model, number, release);
  if (read?.version.state === "published") return read.version;
  throw new UserError(
    "publish-disturbed",
    `${release.tag} was published, and its tag is ${read?.version.state ?? "gone"}`,
    {
      remedy: `Look who removed it or wrote \`${withdrawalTag(model, number)}\`, then run this again.`,
    },
  );
}

function beingPublished(tag: string): UserError {
  return new UserError("being-published", `The same model is just being published as ${tag} by another run`, {
    remedy: "Wait for that run, or cancel it, then run this again.",
  });
}

function usedUp(model: string, newest: string | undefined): UserError {
  return new UserError("numbers-used-up", `There is no number after ${newest} for ${model}`, {
    remedy: `Somebody wrote the tag ${model}@v${newest} by hand: delete it where nobody needs it.`,
  });
}

function isWithdrawn(model: string, number: string): UserError {
  return new UserError(
    "version-withdrawn",
    `This very model was registered as ${model} ${number} and withdrawn`,
    {
      remedy:
        "Train it again with what was wrong mended: a withdrawn model does not come back under another number.",
    },
  );
}
