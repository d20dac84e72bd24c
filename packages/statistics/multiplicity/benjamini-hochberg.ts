/**
 * Benjamini and Hochberg's (1995) adjusted p-values, in the order given: of those below q at most a share q is expected to be false, for independent
 * or positively dependent tests.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => (pValues[j] ?? 0) - (pValues[i] ?? 0));
  const adjusted = new Array<number>(pValues.length);
  let smallest = 1;
  order.forEach((i, fromLast) => {
    const rank = pValues.length - fromLast;
    smallest = Math.min(smallest, ((pValues[i] ?? 0) * pValues.length) / rank);
    adjusted[i] = smallest;
  });
  return adjusted;
}
