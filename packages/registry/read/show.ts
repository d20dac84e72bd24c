import { concurrently } from "../concurrently.ts";
import type { RegistryOptions } from "../options.ts";
import { type Catalogue, catalogues } from "../tag/catalogue.ts";
import { parseClaim, parseRemark } from "../tag/message.ts";
import { versionTag, withdrawalTag } from "../tag/name.ts";
import { type Doubted, doubtOf } from "./doubt.ts";
import { liveIn } from "./live.ts";
import { modelName } from "./resolve.ts";

/** What the names of a model's tags say: quick, and without asking whether a version was ever published. */
export interface ModelNames {
  model: string;
  /** Newest first. */
  versions: readonly string[];
  withdrawn: readonly string[];
  environments: readonly string[];
}

/** What a model is at now. */
export interface ModelShown {
  model: string;
  /** Numbers that were ever claimed, the withdrawn ones among them. */
  versions: number;
  withdrawn: number;
  newest: { number: string; date: string } | undefined;
  environments: readonly {
    environment: string;
    number: string | undefined;
    since: string;
    counter: number;
    withdrawn: boolean;
  }[];
  doubted: readonly Doubted[];
}

/** All models by the names of their tags. */
export async function list({ refs }: Pick<RegistryOptions, "refs">): Promise<ModelNames[]> {
  return catalogues(await refs.list("")).map(({ model, numbers, withdrawn, environments }) => ({
    model,
    versions: numbers,
    withdrawn: numbers.filter((number) => withdrawn.has(number)),
    environments: [...environments.keys()],
  }));
}

/** One model, or all: the newest version and what lives where. Few tags of each are read, however many there are. */
export async function show(options: RegistryOptions, model?: string): Promise<ModelShown[]> {
  const tags = await options.refs.list(model === undefined ? "" : modelName(model));
  const wanted = catalogues(tags).filter((found) => model === undefined || found.model === model);
  return concurrently(wanted, (catalogue) => shown(options, catalogue));
}

async function shown(options: RegistryOptions, catalogue: Catalogue): Promise<ModelShown> {
  const { model, numbers } = catalogue;
  const { withdrawn, doubted } = await withdrawals(options, catalogue);
  const environments: ModelShown["environments"][number][] = [];
  for (const environment of catalogue.environments.keys()) {
    const { live, doubted: passed } = await liveIn(options, catalogue, environment);
    doubted.push(...passed);
    if (live === undefined) continue;
    const { number, counter, tag } = live;
    const isWithdrawn = number !== undefined && withdrawn.has(number);
    environments.push({ environment, number, since: tag.tagger.date, counter, withdrawn: isWithdrawn });
  }
  const newest = await newestOf(options, { ...catalogue, withdrawn }, doubted);
  const count = numbers.filter((number) => withdrawn.has(number)).length;
  return { model, versions: numbers.length, withdrawn: count, newest, environments, doubted };
}

/** The withdrawals that count; without a witness all do, and none is read. */
async function withdrawals({ refs, witness }: RegistryOptions, { model, withdrawn }: Catalogue) {
  const doubted: Doubted[] = [];
  if (witness === undefined) return { withdrawn, doubted };
  const counting = new Set<string>();
  for (const number of withdrawn) {
    const tag = await refs.read(withdrawalTag(model, number));
    const doubt = tag && (await doubtOf(witness, tag, parseRemark(tag.message)));
    if (doubt === undefined) counting.add(number);
    else doubted.push(doubt);
  }
  return { withdrawn: counting, doubted };
}

async function newestOf(
  { refs, releases, witness }: RegistryOptions,
  { model, numbers, withdrawn }: Catalogue,
  doubted: Doubted[],
) {
  for (const number of numbers) {
    const name = versionTag(model, number);
    if (withdrawn.has(number) || (await releases.ofTag(name)) === undefined) continue;
    const tag = await refs.read(name);
    if (tag === undefined) continue;
    const doubt = await doubtOf(witness, tag, parseClaim(tag.message)?.run);
    if (doubt === undefined) return { number, date: tag.tagger.date };
    doubted.push(doubt);
  }
  return undefined;
}
