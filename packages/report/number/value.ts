import type { Estimate, Unit } from "@mlops-actions/core";
import { decimalsOf, significant } from "./decimals.ts";
import { fixed } from "./fixed.ts";
import { scaleOf } from "./scale.ts";
import { type Style, set } from "./style.ts";

export interface ValueFormat {
  /** Decimals on the printed scale; default: up to four significant digits (three where the unit is scaled). */
  decimals?: number | undefined;
  /** Proportions as per cent. */
  percent?: boolean | undefined;
  style?: Style | undefined;
}

/** A value in base units as people read it: `0.9264`, `7.0 %`, `3.1 ms`, `4.1 MB`, `16,281`. */
export function formatValue(value: number, unit: Unit, how: ValueFormat = {}): string {
  const { factor, suffix } = scaleOf(unit, [value], how.percent);
  const shown = value * factor;
  const decimals = how.decimals ?? (unit === "count" ? 0 : significant(shown, suffix === "" ? 4 : 3));
  return set(fixed(shown, decimals) + suffix, how.style ?? "typographic");
}

/** The value of an estimate, rounded to what its own interval supports; `null` where nothing was measured. */
export function formatEstimate(
  estimate: Estimate,
  { percent, style = "typographic", interval = false }: EstimateFormat = {},
): string | null {
  if (estimate.kind === "missing") return null;
  const { value, unit } = estimate;
  const low = estimate.kind === "sampled" ? estimate.interval.low : null;
  const high = estimate.kind === "sampled" ? estimate.interval.high : null;
  const { factor, suffix } = scaleOf(unit, [value], percent);
  const scaled = (number: number | null): number | null => (number === null ? null : number * factor);
  if (low === null && high === null) return formatValue(value, unit, { percent, style });
  const decimals = decimalsOf({ value: value * factor, low: scaled(low), high: scaled(high), against: [] });
  const text = fixed(value * factor, decimals) + suffix;
  return set(interval ? `${text} ${bracket(scaled(low), scaled(high), decimals, false)}` : text, style);
}

export interface EstimateFormat {
  percent?: boolean | undefined;
  style?: Style | undefined;
  /** With the interval behind the value. */
  interval?: boolean | undefined;
}

/** An interval in ASCII, on the printed scale; an open side is an open bracket. */
export function bracket(low: number | null, high: number | null, decimals: number, signed: boolean): string {
  const from = low === null ? "(-inf" : `[${fixed(low, decimals, signed)}`;
  const to = high === null ? "inf)" : `${fixed(high, decimals, signed)}]`;
  return `${from}, ${to}`;
}
