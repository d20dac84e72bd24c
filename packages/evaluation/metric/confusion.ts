/**
 * Counts of one model's answers: `confusion[y][answer]` for K classes. Column K counts answers that are none of the classes;
 * they are wrong for every class. Binary: class 0 is negative, class 1 positive.
 */
export type Confusion = readonly (readonly number[])[];

/** 0/0 has no value: `null`, where scikit-learn would say 0 (`zero_division`). */
export function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function total(c: Confusion): number {
  return sum(c.map(sum));
}

/** Rows whose true class is k. */
export function support(c: Confusion, k: number): number {
  return sum(c[k] ?? []);
}

/** Rows answered with class k. */
export function answered(c: Confusion, k: number): number {
  return sum(c.map((row) => row[k] ?? 0));
}

function right(c: Confusion): number {
  return sum(c.map((_, k) => hits(c, k)));
}

function hits(c: Confusion, k: number): number {
  return c[k]?.[k] ?? 0;
}

/** Share of class k that was answered with k. */
export function recall(c: Confusion, k: number): number | null {
  return ratio(hits(c, k), support(c, k));
}

/** Share of the answers with k that are right. */
export function precision(c: Confusion, k: number): number | null {
  return ratio(hits(c, k), answered(c, k));
}

/** F-beta from counts, (1 + b²)TP / ((1 + b²)TP + b²FN + FP) (van Rijsbergen 1979). */
export function fBeta(c: Confusion, k: number, beta: number): number | null {
  const b2 = beta * beta;
  const tp = hits(c, k);
  return ratio((1 + b2) * tp, b2 * support(c, k) + answered(c, k));
}

/** The mean of a per-class value over the classes that occur in labels or answers; a class without a value counts as 0. */
export function macro(c: Confusion, value: (k: number) => number | null): number | null {
  const present = c.map((_, k) => k).filter((k) => support(c, k) + answered(c, k) > 0);
  return ratio(sum(present.map((k) => value(k) ?? 0)), present.length);
}

/** Mean recall over the classes that occur in the labels. */
export function balanced(c: Confusion): number | null {
  const present = c.map((_, k) => k).filter((k) => support(c, k) > 0);
  return ratio(sum(present.map((k) => recall(c, k) ?? 0)), present.length);
}

/** The same weighted by how often each class occurs in the labels. */
export function weighted(c: Confusion, value: (k: number) => number | null): number | null {
  return ratio(sum(c.map((_, k) => (support(c, k) > 0 ? support(c, k) * (value(k) ?? 0) : 0))), total(c));
}

/** Matthews' correlation, for K classes R_K (Gorodkin 2004). */
export function matthews(c: Confusion): number | null {
  const n = total(c);
  const classes = c.map((_, k) => k);
  const crossed = sum(classes.map((k) => support(c, k) * answered(c, k)));
  const answers = [...classes, c.length].map((k) => answered(c, k) ** 2);
  const spread = (n * n - sum(answers)) * (n * n - sum(classes.map((k) => support(c, k) ** 2)));
  return spread <= 0 ? null : (right(c) * n - crossed) / Math.sqrt(spread);
}

/** Cohen's kappa (1960), unweighted. */
export function kappa(c: Confusion): number | null {
  const n = total(c);
  if (n === 0) return null;
  const expected = sum(c.map((_, k) => support(c, k) * answered(c, k))) / (n * n);
  return ratio(right(c) / n - expected, 1 - expected);
}

/** The rows of the rarest class that occurs. */
export function rarest(c: Confusion): number {
  const counts = c.map((_, k) => support(c, k)).filter((n) => n > 0);
  return counts.length < 2 ? 0 : Math.min(...counts);
}
