import { requireFinite } from "../confidence.ts";

/** Relative step that balances truncation and rounding of a central difference. */
export const STEP = Math.cbrt(Number.EPSILON);

/** Central differences of a smooth function; a coordinate with step 0 cannot vary and has slope 0. Throws a RangeError where it is not defined. */
export function gradientAt(
  point: readonly number[],
  steps: readonly number[],
  f: (point: readonly number[]) => number | null,
): number[] {
  return point.map((value, i) => {
    const step = steps[i] ?? 0;
    if (step === 0) return 0;
    const up = defined(f(point.with(i, value + step)));
    const down = defined(f(point.with(i, value - step)));
    return (up - down) / (2 * step);
  });
}

/** The value, or a RangeError for null, NaN and infinity. */
export function defined(value: number | null): number {
  if (value === null) throw new RangeError("the metric is not defined at these counts or means");
  requireFinite("metric", value);
  return value;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
