/** All numbers that are printed side by side, on the scale on which they are printed. */
export interface Printed {
  value: number;
  low: number | null;
  high: number | null;
  /** What the numbers are compared with: limits of a rule, the point of no change. */
  against: readonly number[];
}

const MOST = 12;

/**
 * Decimals for a value, its interval and its limit together, chosen from the interval's half-width: two digits of it
 * where it begins with 1 or 2, else one (close to the rule of the Particle Data Group, Review of Particle Physics,
 * 5.3 "Rounding"). At least as many as the limit has, and as many as it takes that no rounded number changes sides:
 * what a reader compares by eye must give the verdict that was given.
 */
export function decimalsOf({ value, low, high, against }: Printed): number {
  const uncertainty = halfWidth(value, low, high);
  const chosen = uncertainty > 0 ? fromUncertainty(uncertainty) : significant(value, 4);
  let decimals = clamp(Math.max(chosen, ...against.map(decimalsIn)));
  const numbers = [value, low, high].filter((number) => number !== null);
  const most = clamp(decimals + 6);
  while (decimals < most && numbers.some((number) => changesSide(number, decimals, against))) decimals += 1;
  return decimals;
}

/** Decimals that show `digits` significant digits, without zeros at the end. */
export function significant(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  return clamp(Math.min(digits - 1 - exponent(value), decimalsIn(Number(value.toPrecision(digits)))));
}

/** Decimals with which a written number was probably written. */
export function decimalsIn(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const [mantissa = "", power = "0"] = Number(value.toPrecision(12)).toString().split("e");
  return clamp((mantissa.split(".")[1] ?? "").length - Number(power));
}

function halfWidth(value: number, low: number | null, high: number | null): number {
  if (low !== null && high !== null) return (high - low) / 2;
  if (low !== null) return value - low;
  return high === null ? 0 : high - value;
}

function fromUncertainty(uncertainty: number): number {
  const power = exponent(uncertainty);
  return uncertainty / 10 ** power < 3 ? 1 - power : -power;
}

function changesSide(number: number, decimals: number, against: readonly number[]): boolean {
  const rounded = Number(number.toFixed(decimals));
  return against.some((other) => Math.sign(number - other) !== Math.sign(rounded - other));
}

function exponent(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}

function clamp(decimals: number): number {
  return Math.min(MOST, Math.max(0, Number.isFinite(decimals) ? decimals : 0));
}
