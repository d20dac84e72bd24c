import { concurrently } from "../concurrently.ts";
import type { RegistryOptions } from "../options.ts";
import { readCatalogue } from "../publish/tagging.ts";
import type { Tag } from "../refs.ts";
import { parseAssignment, parseClaim, parseRemark } from "../tag/message.ts";
import { printTagName, type TagMeaning, versionTag } from "../tag/name.ts";
import type { ClaimedRun } from "../witness.ts";
import { doubtOf } from "./doubt.ts";
import { modelName } from "./resolve.ts";

/** One thing that happened to a model, as its tag tells it. */
export interface HistoryEntry {
  what: "registered" | "withdrawn" | "assigned";
  tag: string;
  /** ISO 8601. */
  date: string;
  /** The version that it is about; `undefined` where the tag names none of this model. */
  number: string | undefined;
  environment?: string;
  counter?: number;
  record: string;
  run?: ClaimedRun;
  by: { name: string; email: string };
  /** Why it does not count. */
  doubted?: string;
}

/** Everything that happened to a model, oldest first. */
export async function history(
  { refs, witness }: Pick<RegistryOptions, "refs" | "witness">,
  model: string,
): Promise<readonly HistoryEntry[]> {
  const { numbers, withdrawn, environments } = await readCatalogue(refs, modelName(model));
  const meanings: TagMeaning[] = [
    ...numbers.map((number) => ({ kind: "version" as const, model, number })),
    ...[...withdrawn].map((number) => ({ kind: "withdrawal" as const, model, number })),
    ...[...environments].flatMap(([environment, counters]) =>
      counters.map((counter) => ({ kind: "assignment" as const, model, environment, counter })),
    ),
  ];
  const read = await concurrently(meanings, async (meaning) => ({
    meaning,
    tag: await refs.read(printTagName(meaning)),
  }));
  const tags = read.flatMap(({ meaning, tag }) => (tag === undefined ? [] : [{ meaning, tag }]));
  const targets = new Map(tags.map(({ tag }) => [tag.name, tag.target]));
  const numberOf = (target: string, said: string | undefined): string | undefined => {
    const names = (number: string) => targets.get(versionTag(model, number)) === target;
    if (said !== undefined) return names(said) ? said : undefined;
    return numbers.find(names);
  };
  const entries = await concurrently(tags, async ({ meaning, tag }): Promise<HistoryEntry> => {
    const { run, ...told } = tell(meaning, tag, numberOf);
    const doubt = await doubtOf(witness, tag, run);
    return {
      ...told,
      tag: tag.name,
      date: tag.tagger.date,
      record: tag.target,
      ...(run && { run }),
      by: { name: tag.tagger.name, email: tag.tagger.email },
      ...(doubt && { doubted: doubt.why }),
    };
  });
  return entries.toSorted(
    (a, b) =>
      Date.parse(a.date) - Date.parse(b.date) ||
      (a.counter ?? 0) - (b.counter ?? 0) ||
      (a.tag < b.tag ? -1 : 1),
  );
}

function tell(
  meaning: TagMeaning,
  { message, target }: Tag,
  numberOf: (target: string, said: string | undefined) => string | undefined,
): Pick<HistoryEntry, "what" | "number" | "environment" | "counter"> & { run: ClaimedRun | undefined } {
  switch (meaning.kind) {
    case "version":
      return { what: "registered", number: meaning.number, run: parseClaim(message)?.run };
    case "withdrawal":
      return { what: "withdrawn", number: meaning.number, run: parseRemark(message) };
    case "assignment": {
      const said = parseAssignment(message);
      const { environment, counter } = meaning;
      return {
        what: "assigned",
        number: numberOf(target, said?.number),
        environment,
        counter,
        run: said?.run,
      };
    }
  }
}

/** What lived in each environment at a time: its newest assignment until then, of those that count. */
export function liveAt(
  entries: readonly HistoryEntry[],
  time: Date,
): { environment: string; number: string | undefined; since: string; tag: string }[] {
  const live = new Map<string, HistoryEntry & { counter: number }>();
  for (const entry of entries) {
    const { environment, counter, date, doubted } = entry;
    if (environment === undefined || counter === undefined || doubted !== undefined) continue;
    if (Date.parse(date) > time.getTime() || (live.get(environment)?.counter ?? 0) > counter) continue;
    live.set(environment, { ...entry, counter });
  }
  return [...live.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([environment, { number, date, tag }]) => ({ environment, number, since: date, tag }));
}
