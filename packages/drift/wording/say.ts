import type { Inline } from "@mlops-actions/core";
import type { Details, Finding } from "../details.ts";

export function grouped(count: number): string {
  return new Intl.NumberFormat("en-US").format(count);
}

export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** `14 Nov`, of a time in ISO 8601. */
export function day(at: string): string {
  return DAY.format(new Date(at));
}

/** `20 Nov 06:00 UTC`. */
export function moment(at: string): string {
  return `${day(at)} ${at.slice(11, 16)} UTC`;
}

/** `31 %`, `4.2 %`, `0.3 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/** Four digits, as people write them. */
export function number(value: number): string {
  return Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 }).format(value);
}

const LONGEST = 40;

/** A name from the data: as code, and short. */
export function named(name: string): Inline {
  return { code: name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name };
}

export function listed(names: readonly string[], most = 4): Inline[] {
  const shown = names
    .slice(0, most)
    .flatMap((name, at): Inline[] => (at === 0 ? [named(name)] : [", ", named(name)]));
  return names.length > most ? [...shown, ` and ${names.length - most} more`] : shown;
}

export function found({ severity }: Finding): boolean {
  return severity === "warn" || severity === "severe";
}

/** Worst first, then what matters, then by how much it moved. */
export function ranked(findings: readonly Finding[]): Finding[] {
  const weight = ({ severity, important, distribution }: Finding) =>
    (severity === "severe" ? 4 : severity === "warn" ? 2 : 0) +
    (important ? 1 : 0) +
    (distribution?.effect ?? 0) / 10;
  return findings.toSorted((a, b) => weight(b) - weight(a));
}

export function dataFaults({ columns, answers }: Pick<Details, "columns" | "answers">): Finding[] {
  return [...columns, ...answers].filter(
    (one) => found(one) && (one.cause === "missing" || one.cause === "unit" || one.cause === "schema"),
  );
}

/** What has happened to a column, in a few words. */
export function kindOf(finding: Finding): string {
  const { cause, means, missing, schema, ratio, distribution } = finding;
  const by = means === null ? "" : `: mean ${number(means.reference)} → ${number(means.current)}`;
  switch (cause) {
    case "schema":
      return schema ?? "another kind of values";
    case "unit":
      return `all values × ${number(ratio ?? 1)}${by}`;
    case "missing": {
      const worst = missing.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))[0];
      if (worst === undefined) return "missing";
      const share = (of: { successes: number; n: number }) => percent(of.successes / of.n);
      const word = { missing: "missing", empty: "empty", nan: "NaN", infinite: "infinite" }[worst.kind];
      return `${word}: ${share(worst.reference)} → ${share(worst.current)} [${percent(worst.interval.low)}, ${percent(worst.interval.high)}]`;
    }
    case "new-values":
      return "values that the reference does not have";
    case "shift":
      return distribution?.of === "lengths" ? "other lengths" : `shift${by}`;
    case null:
      return "";
  }
}
