import type { Inline, Judged, Promised } from "@mlops-actions/core";
import {
  formatBounds,
  formatChange,
  formatDistance,
  formatEstimate,
  formatInterval,
  formatLimit,
  formatSides,
  formatValue,
  labelOf,
  plain,
} from "@mlops-actions/report";
import type { Details } from "../details.ts";
import { baselineName } from "./baseline.ts";
import type { Measured } from "./measured.ts";

/** The condition that the headline speaks of: the primary, or what stands in for it. */
export function primaryOf({ judged }: Measured): Judged | undefined {
  const applicable = judged.filter(({ verdict }) => verdict !== "not_applicable");
  return applicable.find(({ role }) => role === "primary" || role === "check") ?? applicable[0];
}

/** The condition that decided the verdict: the primary if it did, else the first that did. */
export function decisiveOf(measured: Measured): Judged | undefined {
  const primary = primaryOf(measured);
  if (primary?.verdict === measured.verdict) return primary;
  return measured.judged.find(({ verdict }) => verdict === measured.verdict) ?? primary;
}

/** What stands behind the verdict word: "better than the baseline". */
export function headline(measured: Measured): string {
  const { verdict, details, policy } = measured;
  const primary = primaryOf(measured);
  const decisive = decisiveOf(measured);
  switch (verdict) {
    case "pass":
      if (details.baseline.kind === "trivial") return firstVersion(details);
      return isSame(measured)
        ? `the same answers as ${baselineName(details.baseline)}`
        : better(primary, baselineName(details.baseline));
    case "fail":
      return decisive === undefined ? "a rule is broken" : broken(decisive, details);
    case "inconclusive":
      if (policy.from === "new-here" && decisive?.verdict !== "inconclusive")
        return "the rules are new here, and a change cannot be passed by its own rules";
      if (details.rows.leftOut > 0 && decisive?.verdict !== "inconclusive")
        return `the candidate left ${counted(details.rows.leftOut, "test row")} unanswered`;
      if (details.rows.changedFeatures > 0 && decisive?.verdict !== "inconclusive")
        return `the change gives ${counted(details.rows.changedFeatures, "test row")} other features`;
      return decisive === undefined ? "nothing could be judged" : doubt(decisive, decisive === primary);
    default:
      return "nothing was compared";
  }
}

function firstVersion({ baseline }: Details): string {
  return baseline.kind === "trivial" && baseline.because === "none"
    ? "compared with nothing (`baseline: none`)"
    : "first version, nothing to compare with yet";
}

function better(primary: Judged | undefined, baseline: string): string {
  if (primary === undefined) return "every rule holds";
  if (primary.contrast.neutral === null) return "every rule holds";
  if (primary.change === "better") return `better than ${baseline}`;
  const { contrast } = primary;
  const margin =
    contrast.ratio === undefined
      ? formatDistance(contrast, Math.abs(contrast.limit))
      : `a factor of ${formatLimit(contrast).replace(/^×\s*/, "")}`;
  return `not worse by more than ${margin} (improvement not shown)`;
}

function broken(judged: Judged, { baseline }: Details): string {
  const name = plain(labelOf(judged.contrast, judged.condition));
  if (judged.contrast.neutral === null) return `${name} breaks its rule`;
  // A rule may ask for an improvement: what falls short of it need not be worse.
  const other = baselineName(baseline);
  if (judged.change === "better") return `${name} is better than ${other}, but by less than the rule asks`;
  if (judged.change !== "worse") return `${name} is not better than ${other} by as much as the rule asks`;
  return `${name} is worse than ${other}`;
}

function doubt(
  { reason, estimate, moreRows, detail, contrast, condition }: Judged,
  isPrimary: boolean,
): string {
  const n = estimate?.kind === "sampled" || estimate?.kind === "missing" ? grouped(estimate.n) : "these";
  const name = plain(labelOf(contrast, condition));
  switch (reason) {
    case "missing":
      return `${name} has no value here: ${detail ?? "no data"}`;
    case "method-without-promise": {
      const promise = estimate?.kind === "sampled" && !estimate.promise.holds ? estimate.promise : undefined;
      if (promise === undefined) return `${name}: ${detail}`;
      return `${isPrimary ? "" : `${name}: `}${promise.reason}: ${has(promise)}`;
    }
    case "group-too-small":
      return `groups too small to judge could decide ${name}`;
    case "interval-too-wide":
      return `the interval of ${name} is wider than its rule accepts`;
    default:
      return moreRows?.kind === "hardly"
        ? `${name} differs by about what the rule allows`
        : `${n} test rows are too few for this rule`;
  }
}

export type Broken = Extract<Promised, { holds: false }>;

/** What a method has and what it needs: counts, or the share of the variance that one row may carry. */
export function has({ has, needs }: Broken): string {
  return needs < 1
    ? `${formatValue(has, "proportion", { percent: true, decimals: 0 })}, at most ${formatValue(needs, "proportion", { percent: true, decimals: 0 })}`
    : `${grouped(has)}, needs ${grouped(needs)}`;
}

/** Whether both models say exactly the same on every judged row. */
export function isSame({ details }: Measured): boolean {
  return details.rows.differing === 0 && details.rows.common > 0;
}

/** The sentence under the headline: what moved, by how much, and what the rule says to that. */
export function lead(measured: Measured): Inline[] {
  const primary = primaryOf(measured);
  const { details } = measured;
  if (primary?.estimate === undefined || primary.estimate.kind === "missing") return [];
  const { contrast, estimate } = primary;
  const name = plain(labelOf(contrast, primary.condition));
  if (details.baseline.kind === "trivial") return alone(primary, name, details);
  const { own, baseline } = formatSides(primary);
  const bounds = formatBounds(contrast, estimate);
  const value =
    own !== null && baseline !== null
      ? `${name} ${baseline} → ${own}`
      : `${name} ${formatChange(contrast, estimate) ?? ""}`;
  const between =
    bounds?.low != null && bounds.high != null ? `, likely between ${bounds.low} and ${bounds.high}` : "";
  if (isSame(measured))
    return [
      { strong: value },
      `: both models give the same answers on all ${grouped(details.rows.common)} rows`,
      ending(measured, primary),
    ];
  return [{ strong: value }, between, ending(measured, primary)];
}

function alone(primary: Judged, name: string, { baseline }: Details): Inline[] {
  const own = primary.sides.find(({ source }) => source === "own")?.estimate ?? primary.estimate;
  const other = primary.sides.find(({ source }) => source === "baseline")?.estimate;
  const value = own === undefined ? null : formatEstimate(own, { interval: true });
  const constant = other === undefined ? null : formatEstimate(other);
  const answer = baseline.kind === "trivial" ? baseline.answer : "";
  return [
    { strong: `${name} ${value ?? "?"}` },
    own?.kind === "sampled" ? ` on ${grouped(own.n)} rows` : "",
    ...(constant === null ? ["."] : ["; the constant answer ", { code: answer }, ` would have ${constant}.`]),
  ];
}

function ending(measured: Measured, { verdict, contrast }: Judged): string {
  const rule = contrast.neutral === null ? "" : `; the rule allows ${formatLimit(contrast)}`;
  if (verdict === "fail") return `${rule}.`;
  if (verdict === "inconclusive") return `${rule}. It may be worse than that, it may not.`;
  if (isSame(measured)) return ".";
  const harmed = measured.judged.filter(
    ({ role, change }) => role === "guardrail" && change === "worse",
  ).length;
  if (measured.verdict !== "pass" || measured.judged.length < 2) return ".";
  return harmed === 0
    ? ". Nothing you guard got worse."
    : `. ${harmed} of your guardrails got worse, within their limits.`;
}

/** The check's title: at most 80 characters, the number first seen in a list of pull requests. */
export function title(measured: Measured): string {
  const decisive = decisiveOf(measured);
  const number = decisive === undefined ? "" : inNumbers(decisive);
  switch (measured.verdict) {
    case "pass": {
      if (measured.details.baseline.kind === "trivial") return `pass, first version: ${number}`;
      const primary = primaryOf(measured);
      const isBetter = primary?.contrast.neutral === null || primary?.change === "better";
      const word = isSame(measured) ? "pass, same answers" : isBetter ? "pass" : "pass, not better";
      return `${word}: ${number}`;
    }
    case "fail": {
      const more = measured.judged.filter(({ verdict }) => verdict === "fail").length - 1;
      const allowed = decisive === undefined ? "" : ` (allowed ${formatLimit(decisive.contrast)})`;
      return `fail: ${decisive === undefined ? "" : short(decisive)}${allowed}${more > 0 ? `, +${more} more` : ""}`;
    }
    case "inconclusive": {
      if (decisive?.verdict !== "inconclusive") return `inconclusive: ${headline(measured)}`;
      const rows =
        decisive.moreRows?.kind === "about" ? `, ~${grouped(decisive.moreRows.rows)} more rows` : "";
      return `inconclusive: ${number}${rows}`;
    }
    default:
      return measured.verdict;
  }
}

function short({ contrast, condition, estimate }: Judged): string {
  return `${plain(labelOf(contrast, condition))} ${formatChange(contrast, estimate) ?? "?"}`;
}

function inNumbers(judged: Judged): string {
  const interval = formatInterval(judged.contrast, judged.estimate);
  return interval === null ? short(judged) : `${short(judged)} ${interval}`;
}

export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

export function grouped(count: number): string {
  return new Intl.NumberFormat("en-US").format(count);
}
