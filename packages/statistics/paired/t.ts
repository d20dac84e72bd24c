import { type Confidence, requireCount } from "../confidence.ts";
import { studentInterval } from "../interval/student.ts";

export interface Mean {
  /** Rows (or clusters, or blocks), ≥ 2. */
  readonly n: number;
  readonly mean: number;
  /** Of the rows, with n − 1. */
  readonly variance: number;
}

/** Mean of per-row differences with Student's t at n − 1 degrees of freedom (Student 1908). */
export function pairedMean({ n, mean, variance }: Mean): Confidence {
  requireCount("n", n, 2);
  return studentInterval({ estimate: mean, standardError: Math.sqrt(variance / n), df: n - 1 });
}
