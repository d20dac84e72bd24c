/** What the name of one of our tags says. */
export type TagMeaning =
  | { kind: "version"; model: string; number: string }
  | { kind: "withdrawal"; model: string; number: string }
  | { kind: "assignment"; model: string; environment: string; counter: number };

/** The grammar of an environment's name in a tag. */
export const ENVIRONMENT_NAME = /^[a-z0-9][a-z0-9_-]*$/;

// Nine digits: every number stays exact. A leading zero would give one version two names.
const VERSION = /^([a-z0-9][a-z0-9_-]{0,63})@v((?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2})(!?)$/;
const ASSIGNMENT = /^([a-z0-9][a-z0-9_-]{0,63})#([a-z0-9][a-z0-9_-]*)#([1-9]\d{0,8})$/;

/** Reads a tag's name: `m@v1.4.0`, `m@v1.4.0!`, `m#production#7`. `undefined` for whatever is not ours to the letter. */
export function parseTagName(name: string): TagMeaning | undefined {
  const [, model, number, withdrawn] = VERSION.exec(name) ?? [];
  if (model !== undefined && number !== undefined)
    return { kind: withdrawn === "!" ? "withdrawal" : "version", model, number };
  const [, of, environment, counter] = ASSIGNMENT.exec(name) ?? [];
  if (of !== undefined && environment !== undefined)
    return { kind: "assignment", model: of, environment, counter: Number(counter) };
  return undefined;
}

/** The inverse of `parseTagName`. */
export function printTagName(tag: TagMeaning): string {
  switch (tag.kind) {
    case "version":
      return `${tag.model}@v${tag.number}`;
    case "withdrawal":
      return `${tag.model}@v${tag.number}!`;
    case "assignment":
      return `${tag.model}#${tag.environment}#${tag.counter}`;
  }
}

/** The tag of a version. */
export function versionTag(model: string, number: string): string {
  return printTagName({ kind: "version", model, number });
}

/** The tag that withdraws a version. */
export function withdrawalTag(model: string, number: string): string {
  return printTagName({ kind: "withdrawal", model, number });
}
