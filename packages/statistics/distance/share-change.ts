import type { Proportion } from "../interval/newcombe.ts";
import { fisher } from "./fisher.ts";
import { scoreTest } from "./score-test.ts";

/** The p that a share is the same in both samples: exact where a cell of the table expects fewer than five rows, else the score test. */
export function shareChange(reference: Proportion, current: Proportion): number {
  const successes = reference.successes + current.successes;
  const size = reference.n + current.n;
  const least = (Math.min(successes, size - successes) * Math.min(reference.n, current.n)) / size;
  return least < 5 ? fisher(reference, current) : scoreTest(reference, current);
}
