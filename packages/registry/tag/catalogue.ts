import type { TagName } from "../refs.ts";
import { parseTagName } from "./name.ts";
import { compareNumbers } from "./number.ts";

/** What the names of one model's tags say, without any of them being read. */
export interface Catalogue {
  model: string;
  /** Every number that was ever claimed, newest first. */
  numbers: readonly string[];
  withdrawn: ReadonlySet<string>;
  /** By environment: the counters of its assignments, newest first. */
  environments: ReadonlyMap<string, readonly number[]>;
}

interface Collected {
  numbers: string[];
  withdrawn: Set<string>;
  counters: Map<string, number[]>;
}

/** Sorts tags by model, models by name. Tags that are not ours are left out. */
export function catalogues(tags: readonly TagName[]): Catalogue[] {
  const models = new Map<string, Collected>();
  for (const { name } of tags) {
    const tag = parseTagName(name);
    if (tag === undefined) continue;
    const model = models.get(tag.model) ?? {
      numbers: [],
      withdrawn: new Set<string>(),
      counters: new Map<string, number[]>(),
    };
    models.set(tag.model, model);
    if (tag.kind === "version") model.numbers.push(tag.number);
    else if (tag.kind === "withdrawal") model.withdrawn.add(tag.number);
    else {
      const counters = model.counters.get(tag.environment) ?? [];
      model.counters.set(tag.environment, counters);
      counters.push(tag.counter);
    }
  }
  return [...models.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([model, { numbers, withdrawn, counters }]) => ({
      model,
      numbers: numbers.toSorted((a, b) => compareNumbers(b, a)),
      withdrawn,
      environments: new Map(
        [...counters.entries()]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([environment, list]) => [environment, list.toSorted((a, b) => b - a)]),
      ),
    }));
}

/** The catalogue of one model; empty where it has no tags. */
export function catalogueOf(model: string, tags: readonly TagName[]): Catalogue {
  return (
    catalogues(tags).find((found) => found.model === model) ?? {
      model,
      numbers: [],
      withdrawn: new Set(),
      environments: new Map(),
    }
  );
}
