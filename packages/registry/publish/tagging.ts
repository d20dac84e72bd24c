import type { RegistryOptions } from "../options.ts";
import type { Refs, Tag } from "../refs.ts";
import { type Catalogue, catalogueOf } from "../tag/catalogue.ts";
import { printTagName, versionTag, withdrawalTag } from "../tag/name.ts";

/** All names of one model's tags. */
export async function readCatalogue(refs: Refs, model: string): Promise<Catalogue> {
  const [versions, assignments] = await Promise.all([refs.list(`${model}@`), refs.list(`${model}#`)]);
  return catalogueOf(model, [...versions, ...assignments]);
}

/**
 * Creates a tag of a model, at a time later than all of its others: readers that order by the tagger's date, whose unit is a second,
 * must see the order in which tags were made. An answer that was lost is read back.
 */
export async function createTag(
  { refs, now }: Pick<RegistryOptions, "refs" | "now">,
  catalogue: Catalogue,
  tag: { name: string; target: string; message: string },
): Promise<{ kind: "created" | "exists"; tag: Tag }> {
  const date = await nextDate(refs, catalogue, now());
  try {
    return await refs.create({ ...tag, date });
  } catch (error) {
    const found = await refs.read(tag.name).catch(() => undefined);
    if (found === undefined) throw error;
    const isOurs = found.target === tag.target && found.message === tag.message && found.tagger.date === date;
    return { kind: isOurs ? "created" : "exists", tag: found };
  }
}

// Tags are made in the order of their numbers and counters, so that the newest of each kind are enough.
async function nextDate(refs: Refs, catalogue: Catalogue, now: Date): Promise<string> {
  const { model, numbers, withdrawn, environments } = catalogue;
  const names = [
    ...numbers.slice(0, 1).map((number) => versionTag(model, number)),
    ...[...withdrawn].map((number) => withdrawalTag(model, number)),
    ...[...environments].map(([environment, [counter = 0]]) =>
      printTagName({ kind: "assignment", model, environment, counter }),
    ),
  ];
  const tags = await Promise.all(names.map((name) => refs.read(name)));
  const newest = Math.max(
    ...tags.map((tag) => Date.parse(tag?.tagger.date ?? "")).filter(Number.isFinite),
    0,
  );
  const seconds = Math.max(Math.floor(now.getTime() / 1000), newest / 1000 + 1);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
