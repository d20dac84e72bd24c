import {
  ConditionError,
  type Contrast,
  normalise,
  parseCondition,
  printCondition,
} from "@mlops-actions/core";
import { METRICS } from "./metrics.ts";
import type { Of } from "./opened.ts";
import type { Ruleset } from "./ruleset.ts";

/** One condition on the tables, read and brought to a contrast. */
export interface Check {
  /** Canonical text. */
  condition: string;
  contrast: Contrast;
  path: readonly (string | number)[];
  /** It is asked only where the training rows have the key. */
  ofKeyedTraining?: boolean;
}

/** Reads the checks before any data is opened. @throws UserError with its place in `mlops.yml` */
export function checksOf(rules: Ruleset, tables: readonly Of[], isOneFile: boolean): Check[] {
  const { checks } = rules.section;
  if (checks === undefined)
    return defaults(rules, tables, isOneFile).map(([text, path]) => ({
      ...checkOf(rules, text, path),
      // Only the rows that models are compared on need a key; without test rows these are the training's.
      ofKeyedTraining: path[1] === "key" && tables.includes("test") && /\btrain\b/.test(text),
    }));
  return checks.map((text, i) => checkOf(rules, text, ["data", "checks", i]));
}

function checkOf(rules: Ruleset, text: string, path: Check["path"]): Check {
  try {
    const condition = parseCondition(text);
    return { condition: printCondition(condition), contrast: normalise(condition, METRICS), path };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw error.placed(rules.place(path, error.offset.from));
  }
}

// What no table may be, whatever it is about. Without a key two equal rows may be two of the world's.
function defaults(
  { key, label }: Ruleset,
  tables: readonly Of[],
  isOneFile: boolean,
): (readonly [text: string, path: Check["path"]])[] {
  const hasBoth = tables.length === 2 && !isOneFile;
  const ofKey = [
    ...tables.map((table) => `duplicates(key, ${table}) = 0`),
    ...(hasBoth ? ["overlap(train, test) = 0"] : []),
  ].map((text) => [text, ["data", "key"]] as const);
  const ofLabel =
    label !== undefined && tables.includes("train")
      ? [[`missing(${column(label.column)}, train) = 0%`, ["data", "label"]] as const]
      : [];
  return [...(key.length === 0 ? [] : ofKey), ...ofLabel];
}

function column(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
