import type { Unit } from "@mlops-actions/core";

/** Printed number = value in base units × `factor`; the suffix follows the value, not the interval. */
export interface Scale {
  factor: number;
  suffix: string;
}

const TIMES = [
  { from: 172_800, factor: 1 / 86_400, suffix: " d" },
  { from: 7200, factor: 1 / 3600, suffix: " h" },
  { from: 120, factor: 1 / 60, suffix: " min" },
  { from: 1, factor: 1, suffix: " s" },
  { from: 1e-3, factor: 1e3, suffix: " ms" },
  { from: 0, factor: 1e6, suffix: " us" },
] as const;

const SIZES = [
  { from: 1e12, factor: 1e-12, suffix: " TB" },
  { from: 1e9, factor: 1e-9, suffix: " GB" },
  { from: 1e6, factor: 1e-6, suffix: " MB" },
  { from: 1e3, factor: 1e-3, suffix: " kB" },
  { from: 0, factor: 1, suffix: " B" },
] as const;

/** One scale for numbers that stand side by side, chosen from the largest of them. */
export function scaleOf(unit: Unit, numbers: readonly number[], percent = false): Scale {
  const largest = Math.max(0, ...numbers.map(Math.abs).filter(Number.isFinite));
  if (percent && (unit === "proportion" || unit === "ratio")) return { factor: 100, suffix: "%" };
  switch (unit) {
    case "second":
      return largest === 0 ? { factor: 1, suffix: " s" } : among(TIMES, largest);
    case "byte":
      return among(SIZES, largest);
    case "USD":
      return { factor: 1, suffix: " USD" };
    default:
      return { factor: 1, suffix: "" };
  }
}

function among(scales: readonly (Scale & { from: number })[], largest: number): Scale {
  const { factor, suffix } = scales.find(({ from }) => largest >= from) ?? { factor: 1, suffix: "" };
  return { factor, suffix };
}
