import { requireCount } from "../confidence.ts";
import { clopperPearson } from "../interval/clopper-pearson.ts";

/** How many rows have values that are none of those the reference names. */
export interface Novelty {
  share: number;
  /** One-sided lower bound of the share (Clopper and Pearson 1934). */
  atLeast: number;
  /** The share that the reference itself lets expect: what it does not name, and what it has not seen yet (Good 1953). */
  expected: number;
}

/**
 * Values that the reference does not name, against what it lets expect. Good–Turing: the values not seen in `n` rows have together about the mass of
 * those seen once. What the reference has seen and not named is bounded from above, since it is a sample too.
 * @param alpha the error of each bound
 */
export function novelty(
  reference: { n: number; unnamed: number; singletons: number },
  current: { m: number; unnamed: number },
  alpha: number,
): Novelty {
  requireCount("singletons", reference.singletons);
  const level = 1 - 2 * alpha;
  const unnamed =
    reference.unnamed === 0 ? 0 : (clopperPearson(reference.unnamed, reference.n).interval(level).high ?? 1);
  return {
    share: current.unnamed / current.m,
    atLeast: clopperPearson(current.unnamed, current.m).interval(level).low ?? 0,
    expected: Math.min(1, unnamed + reference.singletons / reference.n),
  };
}
