import { type ColumnType, type Place, UserError } from "@mlops-actions/core";
import type { Demand } from "@mlops-actions/tables";
import type { ColumnSection } from "./section.ts";

/** The keys of a column's rules, in the order in which they are told. */
export type DemandKey = Demand["kind"] | "exists" | "unique";

/** One rule that a column's section spells out. */
export interface Spelled {
  key: DemandKey;
  /** Where it stands below the column. */
  written: keyof ColumnSection | undefined;
  demand: Demand | "unique";
  /** `at least 16` */
  rule: string;
  /** What rows that break it are: `below 16` */
  broken: string;
}

type PlaceOf = (key: keyof ColumnSection | undefined) => Place;

/**
 * The rules of one column, in the order of its keys.
 * @param now what `now` means, as ISO text
 * @throws UserError for rules that contradict each other, or say nothing of such a column
 */
export function demandsOf(section: ColumnSection, now: string, place: PlaceOf): Spelled[] {
  refuseContradictions(section, place);
  const { type, min, max, values, pattern, min_length: shortest, max_length: longest } = section;
  const found: Spelled[] = [];
  const add = (key: DemandKey, written: Spelled["written"], rest: Omit<Spelled, "key" | "written">) =>
    found.push({ key, written, ...rest });
  if (type !== undefined) add("type", "type", { demand: { kind: "type" }, rule: type, broken: `no ${type}` });
  add("missing", section.max_missing === undefined ? undefined : "max_missing", {
    demand: { kind: "missing" },
    rule: "not missing",
    broken: "without a value",
  });
  if (min !== undefined)
    add("min", "min", {
      demand: { kind: "min", limit: limitOf(min, now) },
      rule: `at least ${min}`,
      broken: `below ${min}`,
    });
  if (max !== undefined)
    add("max", "max", {
      demand: { kind: "max", limit: limitOf(max, now) },
      rule: `at most ${max}`,
      broken: max === "now" ? "in the future" : `above ${max}`,
    });
  if (values !== undefined)
    add("values", "values", {
      demand: { kind: "values", values },
      rule: `one of ${values.slice(0, 6).join(", ")}${values.length > 6 ? ` and ${values.length - 6} more` : ""}`,
      broken: `none of the ${values.length} values`,
    });
  if (pattern !== undefined)
    add("pattern", "pattern", {
      demand: { kind: "pattern", pattern },
      rule: `matches ${pattern}`,
      broken: "not of the pattern",
    });
  if (shortest !== undefined)
    add("min_length", "min_length", {
      demand: { kind: "min_length", length: shortest },
      rule: `at least ${shortest} characters`,
      broken: `shorter than ${shortest} characters`,
    });
  if (longest !== undefined)
    add("max_length", "max_length", {
      demand: { kind: "max_length", length: longest },
      rule: `at most ${longest} characters`,
      broken: `longer than ${longest} characters`,
    });
  if (section.unique) add("unique", "unique", { demand: "unique", rule: "unique", broken: "a repetition" });
  return found;
}

function limitOf(limit: number | string, now: string): number | string {
  return limit === "now" ? now : limit;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$/;

function refuseContradictions(section: ColumnSection, place: PlaceOf): void {
  const { type, min, max, min_length: shortest, max_length: longest } = section;
  for (const [key, limit] of [
    ["min", min],
    ["max", max],
  ] as const) {
    if (limit === undefined) continue;
    const why = unfit(limit, type);
    if (why !== undefined)
      throw new UserError("bad-limit", `\`${key}\` is ${JSON.stringify(limit)}: ${why.message}`, {
        remedy: why.remedy,
        at: place(key),
      });
  }
  const isWrong =
    typeof min === typeof max && min !== undefined && max !== undefined && min !== "now" && max !== "now"
      ? min > max
      : false;
  if (isWrong) throw never("min", `from ${min} to ${max}`, place);
  if (shortest !== undefined && longest !== undefined && shortest > longest)
    throw never("min_length", `of ${shortest} to ${longest} characters`, place);
  const ofText = (["pattern", "min_length", "max_length"] as const).find(
    (key) => section[key] !== undefined && type !== undefined && type !== "string",
  );
  if (ofText !== undefined)
    throw new UserError("rule-of-text", `\`${ofText}\` says nothing of a column of type ${type}`, {
      remedy: "Take it out, or write `type: string`.",
      at: place(ofText),
    });
  const ofOrder = (["min", "max"] as const).find(
    (key) => section[key] !== undefined && (type === "string" || type === "boolean"),
  );
  if (ofOrder !== undefined)
    throw new UserError("rule-of-numbers", `\`${ofOrder}\` says nothing of a column of type ${type}`, {
      remedy: type === "string" ? "Write `min_length`, `max_length`, `values` or `pattern`." : "Take it out.",
      at: place(ofOrder),
    });
}

function never(key: "min" | "min_length", what: string, place: PlaceOf): UserError {
  return new UserError("empty-range", `Nothing is ${what}`, {
    remedy: "Write the smaller bound first.",
    at: place(key),
  });
}

function unfit(
  limit: number | string,
  type: ColumnType | undefined,
): { message: string; remedy: string } | undefined {
  const isTime = type === "date" || type === "timestamp";
  if (typeof limit === "number")
    return isTime
      ? { message: `a ${type} is compared with a date`, remedy: "Write it as `2020-01-31`." }
      : undefined;
  if (!isTime)
    return {
      message: `only numbers bound a column of type ${type ?? "number"}`,
      remedy: "Write a plain number; for dates write `type: date` or `type: timestamp` as well.",
    };
  const isWritten = limit === "now" || DATE.test(limit) || (type === "timestamp" && TIME.test(limit));
  return isWritten && (limit === "now" || !Number.isNaN(Date.parse(limit)))
    ? undefined
    : { message: `it is no ${type}`, remedy: "Write it as `2020-01-31`, or `now`." };
}
