import { MODEL_NAME, type Resolved, UserError, type Which } from "@mlops-actions/core";
import type { RegistryOptions } from "../options.ts";
import { readCatalogue } from "../publish/tagging.ts";
import { differences } from "../record/contents.ts";
import type { Catalogue } from "../tag/catalogue.ts";
import { parseRemark } from "../tag/message.ts";
import { parseTagName, versionTag, withdrawalTag } from "../tag/name.ts";
import { type Doubted, doubtOf } from "./doubt.ts";
import { liveIn } from "./live.ts";
import { type ReadVersion, readIfOurs, readVersion } from "./version.ts";

/** What was asked for, and every tag that was passed over because it does not count. */
export interface ResolvedVersion extends Resolved {
  doubted: readonly Doubted[];
}

/**
 * What `production`, `1.4.0` or the newest means now.
 * @returns `undefined` where the registry holds no version of this model
 * @throws UserError where what was asked for is gone, withdrawn, not whole or doubted
 */
export async function resolve(
  options: RegistryOptions,
  model: string,
  which: Which,
): Promise<ResolvedVersion | undefined> {
  const catalogue = await readCatalogue(options.refs, modelName(model));
  if ("environment" in which) return inEnvironment(options, catalogue, which.environment);
  if ("version" in which) return exactly(options, catalogue, which.version);
  return newest(options, catalogue, []);
}

async function inEnvironment(
  options: RegistryOptions,
  catalogue: Catalogue,
  environment: string,
): Promise<ResolvedVersion | undefined> {
  const { live, doubted: passedOver } = await liveIn(options, catalogue, environment);
  const doubted = [...passedOver];
  if (live === undefined) {
    const found = await newest(options, catalogue, doubted);
    return found && { ...found, how: "fallback" };
  }
  const read =
    live.number === undefined ? undefined : await readVersion(options, catalogue.model, live.number);
  if (read === undefined)
    throw new UserError(
      "assignment-broken",
      `${live.tag.name} assigns ${environment} to no version of ${catalogue.model}`,
      {
        remedy: `Somebody removed or moved a tag. Assign it again: \`mlops-actions registry promote ${catalogue.model}@VERSION --to ${environment}\`.`,
      },
    );
  const version = await usable(options, read, `which ${environment} is assigned to, `, doubted);
  return { version, how: "exact", since: live.tag.tagger.date, doubted };
}

async function exactly(
  options: RegistryOptions,
  catalogue: Catalogue,
  asked: string,
): Promise<ResolvedVersion | undefined> {
  if (catalogue.numbers.length === 0) return undefined;
  const number = asked.replace(/^v/, "");
  const isNumber = parseTagName(versionTag(catalogue.model, number))?.kind === "version";
  const read = isNumber ? await readVersion(options, catalogue.model, number) : undefined;
  if (read === undefined)
    throw new UserError("no-such-version", `There is no version ${asked} of ${catalogue.model}`, {
      remedy: `The newest is ${catalogue.numbers[0]}; \`mlops-actions registry history ${catalogue.model}\` names all.`,
    });
  const doubted: Doubted[] = [];
  const version = await usable(options, read, "", doubted);
  return { version, how: "exact", since: version.registered, doubted };
}

async function newest(
  options: RegistryOptions,
  catalogue: Catalogue,
  before: readonly Doubted[],
): Promise<ResolvedVersion | undefined> {
  const doubted = [...before];
  const ofVersions: Doubted[] = [];
  let lost: string | undefined;
  for (const number of catalogue.numbers) {
    const read = await readIfOurs(options, catalogue.model, number);
    if (read instanceof UserError) {
      ofVersions.push({ tag: versionTag(catalogue.model, number), why: read.message });
      continue;
    }
    if (read === undefined) continue;
    const doubt = await doubtOf(options.witness, read.tag, read.claim.run);
    if (doubt !== undefined) ofVersions.push(doubt);
    else if (await isWithdrawn(options, read, doubted)) continue;
    else if (read.release === undefined) {
      lost ??= read.tag.name;
    } else {
      const version = whole(read, "");
      return { version, how: "exact", since: version.registered, doubted: [...doubted, ...ofVersions] };
    }
  }
  // An empty registry, one that has lost what it had, and one in which nothing can be believed are not the same.
  if (lost !== undefined)
    throw new UserError(
      "version-gone",
      `${lost} has no published release, and ${catalogue.model} has no other`,
      {
        remedy:
          "Run the registration again where it broke off (`Re-run failed jobs`); where the release was removed, restore it or withdraw the version.",
      },
    );
  const [first] = ofVersions;
  if (first !== undefined && catalogue.numbers.length > 0)
    throw new UserError(
      "nothing-trusted",
      `No version of ${catalogue.model} counts: ${first.tag}: ${first.why}`,
      {
        remedy: "Register a version by the release workflow, or remove the tags that nobody vouches for.",
      },
    );
  return undefined;
}

/** @throws UserError where this version must not be used, or cannot be */
async function usable(options: RegistryOptions, read: ReadVersion, relation: string, doubted: Doubted[]) {
  const { tag, claim, release } = read;
  const doubt = await doubtOf(options.witness, tag, claim.run);
  if (doubt !== undefined)
    throw new UserError("version-doubted", `${tag.name}, ${relation}does not count: ${doubt.why}`, {
      remedy: "Register it by the release workflow.",
    });
  if (await isWithdrawn(options, read, doubted))
    throw new UserError("version-withdrawn", `${tag.name}, ${relation}is withdrawn`, {
      remedy: "Assign or name another version.",
    });
  if (release === undefined)
    throw new UserError("version-gone", `${tag.name}, ${relation}has no published release`, {
      remedy:
        "Its release was removed, or a registration broke off: run the registration again, or name another version.",
    });
  return whole(read, relation);
}

function whole({ version, tag, held, release }: ReadVersion, relation: string) {
  const wanted = held.flatMap(({ assets }) => assets);
  const [wrong] = differences(wanted, release?.assets ?? []).filter(({ name }) =>
    wanted.some((file) => file.name === name),
  );
  if (wrong !== undefined)
    throw new UserError(
      "version-damaged",
      `${tag.name}, ${relation}is not whole: \`${wrong.name}\` ${wrong.what}`,
      {
        remedy: `See \`mlops-actions registry verify ${version.model}@${version.number}\`, and name another version.`,
      },
    );
  return { ...version, state: "published" as const };
}

/** Whether a version is withdrawn by a tag that counts; one that does not is named. */
async function isWithdrawn(
  { refs, witness }: RegistryOptions,
  { version }: ReadVersion,
  doubted: Doubted[],
): Promise<boolean> {
  if (version.state !== "withdrawn") return false;
  const tag = await refs.read(withdrawalTag(version.model, version.number));
  const doubt = tag && (await doubtOf(witness, tag, parseRemark(tag.message)));
  if (doubt === undefined) return true;
  doubted.push(doubt);
  return false;
}

export function modelName(text: string): string {
  if (MODEL_NAME.test(text)) return text;
  throw new UserError("model-name", `\`${text}\` cannot be the name of a model`, {
    remedy: "Use small letters, digits, `-` and `_`, as `model:` in mlops.yml does.",
  });
}
