import type { Proportion } from "../interval/newcombe.ts";
import { normalTail } from "../interval/tail.ts";

/** The score test that two proportions are the same, two-sided: Pearson's chi-square of the 2 × 2 table, without correction. */
export function scoreTest(first: Proportion, second: Proportion): number {
  const pooled = (first.successes + second.successes) / (first.n + second.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n));
  if (error === 0) return 1;
  return 2 * normalTail.above(Math.abs(first.successes / first.n - second.successes / second.n) / error);
}
