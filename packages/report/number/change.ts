import type { Contrast, Estimate, Judged } from "@mlops-actions/core";
import { decimalsOf, significant } from "./decimals.ts";
import { fixed } from "./fixed.ts";
import { type Scale, scaleOf } from "./scale.ts";
import { type Style, set } from "./style.ts";
import { bracket, formatValue } from "./value.ts";

interface Layout extends Scale {
  decimals: number;
  prefix: string;
  signed: boolean;
}

/**
 * What the contrast was estimated as: `+0.0021`, `−0.9 points`, `× 1.03`; for an absolute rule the value itself.
 * `null` where nothing was measured.
 */
export function formatChange(
  contrast: Contrast,
  estimate: Estimate | undefined,
  style: Style = "typographic",
): string | null {
  if (estimate === undefined || estimate.kind === "missing") return null;
  const { factor, suffix, decimals, prefix, signed } = layoutOf(contrast, estimate);
  return set(prefix + fixed(estimate.value * factor, decimals, signed) + suffix, style);
}

/** The interval with the decimals and the scale of `formatChange`: `[+0.0011, +0.0031]`; `null` where there is none. */
export function formatInterval(
  contrast: Contrast,
  estimate: Estimate | undefined,
  style: Style = "typographic",
): string | null {
  const bounds = boundsOf(contrast, estimate);
  if (bounds === null || estimate === undefined || estimate.kind === "missing") return null;
  const { factor, decimals, signed } = layoutOf(contrast, estimate);
  const scaled = (number: number | null): number | null => (number === null ? null : number * factor);
  return set(bracket(scaled(bounds.low), scaled(bounds.high), decimals, signed), style);
}

export interface Sides {
  own: string | null;
  baseline: string | null;
}

/** Both ends of `formatInterval`, for a sentence; an open end is `null`. */
export function formatBounds(
  contrast: Contrast,
  estimate: Estimate | undefined,
  style: Style = "typographic",
): { low: string | null; high: string | null } | null {
  const bounds = boundsOf(contrast, estimate);
  if (bounds === null || estimate === undefined || estimate.kind === "missing") return null;
  const { factor, decimals, prefix, suffix, signed } = layoutOf(contrast, estimate);
  const end = (number: number | null): string | null =>
    number === null ? null : set(prefix + fixed(number * factor, decimals, signed) + suffix, style);
  return { low: end(bounds.low), high: end(bounds.high) };
}

/** The candidate's and the baseline's own values, with the decimals of the change between them. */
export function formatSides(
  judged: Pick<Judged, "contrast" | "estimate" | "sides">,
  style: Style = "typographic",
): Sides {
  const { contrast, estimate, sides } = judged;
  const own = sides.filter(({ source }) => source === "own");
  const other = sides.filter(({ source }) => source !== "own");
  // A side stands in its column only where it is the only one: two metrics of one model have no common value.
  const pair = [own, other].map((side) => (side.length === 1 ? side[0]?.estimate : undefined));
  const measured = pair.filter((side) => side !== undefined && side.kind !== "missing");
  const numbers = measured.map(({ value }) => value);
  const decimalsFor = (side: Exclude<Estimate, { kind: "missing" }>, factor: number): number =>
    sharesScale(contrast, estimate, side)
      ? layoutOf(contrast, estimate).decimals
      : ownDecimals(side, factor, contrast.neutral === null ? [contrast.limit * factor] : []);
  const text = (side: Estimate | undefined): string | null => {
    if (side === undefined || side.kind === "missing") return null;
    const { factor, suffix } = scaleOf(side.unit, numbers, contrast.percent);
    const decimals = Math.max(...measured.map((each) => decimalsFor(each, factor)));
    return set(fixed(side.value * factor, decimals) + suffix, style);
  };
  return { own: text(pair[0]), baseline: text(pair[1]) };
}

/** Low and high of the interval that decides; for a reported value, the tolerance that the team claims for it. */
export function boundsOf(
  contrast: Contrast,
  estimate: Estimate | undefined,
): { low: number | null; high: number | null } | null {
  if (estimate?.kind === "sampled") return estimate.interval;
  if (estimate?.kind !== "reported" || contrast.tolerance === undefined) return null;
  return { low: estimate.value - contrast.tolerance, high: estimate.value + contrast.tolerance };
}

/** The limit as it was written: `−0.005`, `3 points`, `× 1.2`, `50 MB`. */
export function formatLimit(contrast: Contrast, style: Style = "typographic"): string {
  return formatDistance(contrast, contrast.limit, style);
}

/** A number on the scale of the contrast, with as many decimals as it has. */
export function formatDistance(contrast: Contrast, value: number, style: Style = "typographic"): string {
  const { prefix, suffix, factor } = scaleOfContrast(contrast, [value]);
  if (contrast.unit === "count") return formatValue(value, "count", { style });
  const shown = value * factor;
  const unit = suffix === " points" && Math.abs(shown) === 1 ? " point" : suffix;
  return set(prefix + fixed(shown, significant(shown, 12)) + unit, style);
}

function layoutOf(contrast: Contrast, estimate: Exclude<Estimate, { kind: "missing" }>): Layout {
  const bounds = boundsOf(contrast, estimate);
  const scale = scaleOfContrast(contrast, [estimate.value, bounds?.low ?? 0, bounds?.high ?? 0]);
  const { factor } = scale;
  const signed = contrast.neutral === 0;
  const against = [contrast.limit, ...(contrast.neutral === null ? [] : [contrast.neutral])];
  const exactCount = estimate.kind === "exact" && estimate.unit === "count";
  const decimals = exactCount
    ? significant(estimate.value, 12)
    : decimalsOf({
        value: estimate.value * factor,
        low: bounds?.low == null ? null : bounds.low * factor,
        high: bounds?.high == null ? null : bounds.high * factor,
        against: against.map((number) => number * factor),
      });
  return { ...scale, decimals, signed };
}

function scaleOfContrast(
  contrast: Contrast,
  numbers: readonly number[],
): Pick<Layout, "factor" | "suffix" | "prefix"> {
  if (contrast.neutral === 1) return { factor: 1, suffix: "", prefix: "x" };
  const scale = scaleOf(contrast.unit, [...numbers, contrast.limit], contrast.percent);
  // "−0.9 %" of a percentage would be read as relative.
  return {
    ...scale,
    suffix: scale.suffix === "%" && contrast.neutral === 0 ? " points" : scale.suffix,
    prefix: "",
  };
}

function sharesScale(
  contrast: Contrast,
  estimate: Estimate | undefined,
  side: Estimate,
): estimate is Exclude<Estimate, { kind: "missing" }> {
  if (estimate === undefined || estimate.kind === "missing" || side.kind === "missing") return false;
  return (
    contrast.neutral === 0 && side.unit === contrast.unit && side.unit !== "second" && side.unit !== "byte"
  );
}

function ownDecimals(
  side: Exclude<Estimate, { kind: "missing" }>,
  factor: number,
  against: readonly number[],
): number {
  if (side.unit === "count" && side.kind === "exact") return significant(side.value, 12);
  if (side.kind === "sampled")
    return decimalsOf({
      value: side.value * factor,
      low: side.interval.low === null ? null : side.interval.low * factor,
      high: side.interval.high === null ? null : side.interval.high * factor,
      against,
    });
  return decimalsOf({ value: Number((side.value * factor).toPrecision(4)), low: null, high: null, against });
}
