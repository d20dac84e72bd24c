import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@mlops-actions/core";
import type { RegistryOptions } from "../options.ts";
import { readMarker } from "../publish/marker.ts";
import { contents, differences, type Held } from "../record/contents.ts";
import { type Recorded, readRecorded } from "../record/record.ts";
import type { Tag } from "../refs.ts";
import type { Release } from "../releases.ts";
import { type Claim, parseClaim } from "../tag/message.ts";
import { versionTag, withdrawalTag } from "../tag/name.ts";
import { fetched } from "./download.ts";

/** One thing that does not agree: where, and how. */
export interface Problem {
  where: string;
  what: string;
}

/** What can be said of a version from its bytes. */
export interface Verification {
  tag: string;
  /**
   * `consistent`: tag, record, manifest and files agree among themselves, which whoever can write all of them can bring about.
   * `authentic`: they also agree with something that is not among them. `broken`: they do not agree.
   */
  answer: "consistent" | "authentic" | "broken";
  /** Why it is called that: one sentence. */
  why: string;
  problems: readonly Problem[];
  withdrawn: boolean;
  /** What `expect` can be next time. */
  digests: { tag: string; record: string; manifest: string | undefined };
  files: number;
}

/**
 * Checks a version from its tag to its last byte; all of it is downloaded.
 * @param expect a digest that came by another way: of the manifest (SHA-256), the record commit or the tag object
 * @throws UserError `no-such-version`
 */
export async function verify(
  options: RegistryOptions,
  model: string,
  number: string,
  expect?: string,
): Promise<Verification> {
  const { refs, releases, scratch } = options;
  const name = versionTag(model, number);
  const tag = await refs.read(name);
  if (tag === undefined)
    throw new UserError("no-such-version", `There is no version ${number} of ${model}`, {
      remedy: `\`mlops-actions registry history ${model}\` names all.`,
    });
  const withdrawn = (await refs.read(withdrawalTag(model, number))) !== undefined;
  const claim = parseClaim(tag.message);
  const record = readRecorded(await refs.readRecord(tag.target));
  const release = await releases.ofTag(name);
  const held = record && claim ? contents(record, claim) : [];
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, "verify-"));
  try {
    const problems = [
      ...aboutTag(model, tag, claim, record),
      ...aboutRelease(tag, claim, release),
      ...(release === undefined ? [] : await aboutFiles(options, release, held, folder)),
      ...unexpected(tag, record, expect),
    ];
    const digests = { tag: tag.object, record: tag.target, manifest: record?.sha256 };
    const answer = await judged(options, tag, claim, record, expect, problems);
    return { tag: name, ...answer, problems, withdrawn, digests, files: held.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function aboutTag(
  model: string,
  tag: Tag,
  claim: Claim | undefined,
  record: Recorded | undefined,
): Problem[] {
  const problems: Problem[] = [];
  if (claim === undefined) problems.push({ where: tag.name, what: "its message is not one that we write" });
  if (record === undefined)
    problems.push({ where: tag.name, what: `the commit ${short(tag.target)} that it names is not a record` });
  else if (record.manifest.model !== model)
    problems.push({ where: "manifest.json", what: `is about the model ${record.manifest.model}` });
  return problems;
}

function aboutRelease(tag: Tag, claim: Claim | undefined, release: Release | undefined): Problem[] {
  if (release === undefined) return [{ where: tag.name, what: "has no published release" }];
  const problems: Problem[] = [];
  const marker = readMarker(release.body);
  if (marker === undefined) problems.push({ where: "release", what: "does not bear the mark of a version" });
  else if (marker.record !== tag.target)
    problems.push({
      where: tag.name,
      what: `was moved: it names the record ${short(tag.target)}, its release was made for ${short(marker.record)}`,
    });
  if (claim !== undefined && claim.release !== release.id)
    problems.push({
      where: "release",
      what: `is ${release.id}, and the tag names ${claim.release}: it was removed and made again`,
    });
  return problems;
}

async function aboutFiles(
  { releases }: RegistryOptions,
  release: Release,
  held: readonly Held[],
  folder: string,
): Promise<Problem[]> {
  const wanted = held.flatMap(({ assets }) => assets);
  const extra = differences(wanted, release.assets).filter(
    ({ name }) => !wanted.some((file) => file.name === name),
  );
  const problems: Problem[] = extra.map(({ name, what }) => ({ where: name, what }));
  for (const one of held) {
    const got = await fetched(releases, release, one, folder);
    if ("what" in got) problems.push({ where: got.asset, what: got.what });
    else await rm(got.path);
  }
  return problems;
}

function unexpected(tag: Tag, record: Recorded | undefined, expect: string | undefined): Problem[] {
  if (expect === undefined || meets(tag, record, expect) !== undefined) return [];
  return [
    {
      where: tag.name,
      what: `is not what was expected: neither the manifest, nor the record, nor the tag object is ${short(expect)}`,
    },
  ];
}

/** What an expected digest is a digest of. */
function meets(
  tag: Tag,
  record: Recorded | undefined,
  expect: string,
): "manifest" | "record" | "tag" | undefined {
  const digest = expect.toLowerCase().replace(/^sha(?:1|256):/, "");
  if (digest === tag.object) return "tag";
  if (digest === tag.target) return "record";
  return digest === record?.sha256 ? "manifest" : undefined;
}

async function judged(
  { witness }: RegistryOptions,
  tag: Tag,
  claim: Claim | undefined,
  record: Recorded | undefined,
  expect: string | undefined,
  problems: readonly Problem[],
): Promise<Pick<Verification, "answer" | "why">> {
  if (problems.length > 0)
    return {
      answer: "broken",
      why: `${problems.length} ${problems.length === 1 ? "thing does" : "things do"} not agree`,
    };
  const met = expect === undefined ? undefined : meets(tag, record, expect);
  if (met === "tag")
    return { answer: "authentic", why: "the tag object is the expected one, and it names every file" };
  if (met !== undefined)
    return {
      answer: "authentic",
      why: `the ${met} is the expected one, and it names the model's files; what is published beside them only agrees with the tag`,
    };
  const testimony = await witness?.examine(tag, claim?.run);
  // That run exists and may write tags; that it wrote this one is on no record, so the bytes are still their own witness.
  if (testimony?.kind === "vouched")
    return {
      answer: "consistent",
      why: "they agree among themselves, and the tag names a run of the default branch; whoever can push can name one too",
    };
  const agree =
    "tag, record, manifest and files agree among themselves; nobody else was asked who wrote them";
  return {
    answer: "consistent",
    why: testimony === undefined ? agree : `they agree among themselves, but ${testimony.why}`,
  };
}

function short(id: string): string {
  return id.slice(0, 12);
}
