import { requireCount } from "../confidence.ts";

/** Rows of two samples in the same cells: of ordered bins, or of categories. */
export interface TwoSamples {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** The rows of each sample. Throws a RangeError for counts that are none, and for a side without rows. */
export function sizesOf({ reference, current }: TwoSamples): { n: number; m: number } {
  if (reference.length !== current.length)
    throw new RangeError(`${reference.length} cells beside ${current.length}`);
  const sum = (name: string, counts: readonly number[]) =>
    counts.reduce((total, count) => {
      requireCount(name, count);
      return total + count;
    }, 0);
  const [n, m] = [sum("reference", reference), sum("current", current)];
  requireCount("rows of the reference", n, 1);
  requireCount("rows of the current data", m, 1);
  return { n, m };
}

/** n·m / (n + m): one sample of this size is as uncertain as the difference of the two. */
export function effectiveSize(n: number, m: number): number {
  return (n * m) / (n + m);
}
