import { distance } from "fastest-levenshtein";
import type { Unit } from "../estimate.ts";
import type { Literal } from "./ast.ts";

/** What a written number measures. A plain `number` takes the unit of what it is compared with. */
export type Measured = "number" | "percent" | Extract<Unit, "second" | "byte" | "USD">;

// Division where the factor is no binary fraction: 7 / 100 is the number that `0.07` means, 7 * 0.01 is not.
const UNITS: Readonly<
  Record<string, { measures: Measured; times: number } | { measures: Measured; per: number }>
> = {
  "%": { measures: "percent", per: 100 },
  ms: { measures: "second", per: 1000 },
  s: { measures: "second", times: 1 },
  min: { measures: "second", times: 60 },
  h: { measures: "second", times: 3600 },
  d: { measures: "second", times: 86_400 },
  kB: { measures: "byte", times: 1e3 },
  MB: { measures: "byte", times: 1e6 },
  GB: { measures: "byte", times: 1e9 },
  MiB: { measures: "byte", times: 2 ** 20 },
  GiB: { measures: "byte", times: 2 ** 30 },
  USD: { measures: "USD", times: 1 },
};

const OTHER_WORDS: Readonly<Record<string, string>> = {
  percent: "%",
  pct: "%",
  second: "s",
  seconds: "s",
  sec: "s",
  millisecond: "ms",
  milliseconds: "ms",
  m: "min",
  minute: "min",
  minutes: "min",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
  bytes: "kB",
  b: "kB",
  dollar: "USD",
  dollars: "USD",
};

export const unitNames: readonly string[] = Object.keys(UNITS);

/** The number in base units: proportions, seconds, bytes, USD. */
export function inBaseUnit({ number, unit }: Literal): { value: number; measures: Measured } {
  if (unit === undefined) return { value: number, measures: "number" };
  const entry = UNITS[unit];
  if (entry === undefined) throw new Error(`no such unit: ${unit}`);
  return { value: "per" in entry ? number / entry.per : number * entry.times, measures: entry.measures };
}

export function isUnit(text: string): boolean {
  return Object.hasOwn(UNITS, text);
}

/** The unit that somebody who wrote `text` may have meant. */
export function nearestUnit(text: string): string | undefined {
  const lower = text.toLowerCase();
  const known = Object.hasOwn(OTHER_WORDS, lower) ? OTHER_WORDS[lower] : undefined;
  return (
    known ??
    unitNames.find((unit) => unit.toLowerCase() === lower) ??
    unitNames.find((unit) => unit.length > 1 && text.length > 1 && distance(unit.toLowerCase(), lower) <= 1)
  );
}
