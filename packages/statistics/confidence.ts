/** A range of values; `null` is unbounded on that side (JSON has no infinity). */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** One-sided p-values: `below` of H0 "true ≤ limit", `above` of H0 "true ≥ limit". Small `below` is evidence for more than the limit. */
export interface Sides {
  readonly below: number;
  readonly above: number;
}

/**
 * What one method says about one quantity. Interval and p-values are the same statement: `interval(level)` lies wholly above `limit`
 * exactly when `p(limit).below < (1 - level) / 2`, and wholly below it exactly when `p(limit).above < (1 - level) / 2`.
 */
export interface Confidence {
  readonly estimate: number;
  /** Two-sided interval; `level` in (0, 1), e.g. 0.95. Each side errs with at most (1 - level) / 2. */
  interval(level: number): Interval;
  p(limit: number): Sides;
}

/** The error allowed to one side of a two-sided interval. Throws a RangeError outside (0, 1). */
export function oneSide(level: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must lie in (0, 1): ${level}`);
  return (1 - level) / 2;
}

export function requireCount(name: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least}: ${value}`);
  }
}

export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be finite: ${value}`);
}
