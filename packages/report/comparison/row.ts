import type { Block, Inline, Judged, Verdict } from "@mlops-actions/core";
import { formatChange, formatInterval, formatSides } from "../number/change.ts";
import { formatRule } from "../number/rule.ts";
import type { Style } from "../number/style.ts";
import { labelOf } from "./label.ts";
import { noteOf } from "./note.ts";

/** One condition as a row of cells, the same for every sink. */
export interface Row {
  judged: Judged;
  label: Inline[];
  primary: boolean;
  baseline: string | null;
  own: string | null;
  /** The interval of an absolute rule: it belongs to the value and not to a change. */
  ownInterval: string | null;
  change: { value: string; interval: string | null } | null;
  rule: string;
  verdict: Verdict;
  word: string;
  note: Inline[] | null;
}

/** The comparison as every sink shows it. */
export interface Comparison {
  own: string;
  /** `null` where nothing is compared: the columns of baseline and change are left out. */
  baseline: string | null;
  /** `change (95 % interval)`, or `change` where every number is exact. */
  change: string;
  rows: Row[];
}

export function comparisonOf(
  block: Extract<Block, { kind: "comparison" }>,
  style: Style = "typographic",
): Comparison {
  const levels = block.judged
    .map(({ estimate }) => (estimate?.kind === "sampled" ? estimate.interval.level : null))
    .filter((level) => level !== null);
  const level = levels[0];
  const space = style === "ascii" ? "" : "\u00a0";
  return {
    own: block.own,
    baseline: block.baseline,
    change: level === undefined ? "change" : `change (${+(level * 100).toFixed(2)}${space}% interval)`,
    rows: block.judged.map((judged) => rowOf(judged, style)),
  };
}

function rowOf(judged: Judged, style: Style): Row {
  const { contrast, condition, role, verdict, reason, estimate } = judged;
  const sides = formatSides(judged, style);
  const value = formatChange(contrast, estimate, style);
  const interval = formatInterval(contrast, estimate, style);
  const absolute = contrast.neutral === null;
  const primary = role === "primary";
  return {
    judged,
    label: labelOf(contrast, condition),
    primary,
    baseline: sides.baseline,
    own: absolute ? value : sides.own,
    ownInterval: absolute ? interval : null,
    change: absolute || value === null ? null : { value, interval },
    rule: formatRule(contrast, style),
    verdict,
    word: wordOf(judged),
    // The steps below a comparison say what decides its primary condition.
    note: primary && reason === "interval-crosses-limit" ? null : noteOf(judged, style),
  };
}

function wordOf({ verdict, change, contrast }: Judged): string {
  switch (verdict) {
    case "pass":
      if (change === "better") return "better";
      if (change === "worse") return "within the limit";
      return contrast.neutral === null ? "pass" : "not worse";
    case "fail":
      return "fail";
    case "inconclusive":
      return "cannot tell";
    case "error":
      return "could not judge";
    case "not_applicable":
      return "not judged";
  }
}

/** The candidate's own cell: the value and, for an absolute rule, its interval. */
export function ownText({ own, ownInterval }: Row, absent: string): string {
  return ownInterval === null ? (own ?? absent) : `${own ?? absent} ${ownInterval}`;
}
