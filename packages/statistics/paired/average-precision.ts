import { drawPoisson } from "../random/poisson.ts";
import type { Random } from "../random/xoshiro256.ts";

/** Rows of one label at one place of both orders; place 1 has the highest score, rows of one place are ties. */
export interface PlacedRows {
  readonly y: boolean;
  readonly a: number;
  readonly b: number;
  readonly n: number;
}

/** Average precision of both models under the same weights; `null` where no positive row has any. */
export interface PrecisionPair {
  readonly a: number | null;
  readonly b: number | null;
}

/**
 * Average precision of two models under independent Poisson(1) row weights, one pair a replicate (Hanley and MacGibbon 2006; Chamandy et al.
 * 2012). Rows that share label and both places are drawn together: the sum of n Poisson(1) weights is Poisson(n).
 */
export function averagePrecisionReplicates(
  rows: readonly PlacedRows[],
  { replicates, random }: { readonly replicates: number; readonly random: Random },
): PrecisionPair[] {
  const weights = new Float64Array(rows.length);
  const positive = Uint8Array.from(rows, ({ y }) => (y ? 1 : 0));
  const orders = { a: orderBy(rows, "a"), b: orderBy(rows, "b") };
  return Array.from({ length: replicates }, () => {
    rows.forEach(({ n }, i) => {
      weights[i] = drawPoisson(n, random);
    });
    return {
      a: weightedPrecision(orders.a, positive, weights),
      b: weightedPrecision(orders.b, positive, weights),
    };
  });
}

interface Order {
  rows: Uint32Array;
  /** 1 where a place begins. */
  begins: Uint8Array;
}

function orderBy(rows: readonly PlacedRows[], side: "a" | "b"): Order {
  const at = (i: number) => rows[i]?.[side] ?? 0;
  const order = Uint32Array.from(rows.keys()).sort((i, j) => at(i) - at(j));
  const begins = Uint8Array.from(order, (i, k) => (k === 0 || at(i) !== at(order[k - 1] ?? 0) ? 1 : 0));
  return { rows: order, begins };
}

/** Mean over the positives of the precision down to their place. */
function weightedPrecision(
  { rows, begins }: Order,
  positive: Uint8Array,
  weights: Float64Array,
): number | null {
  let [predicted, found, foundHere, sum] = [0, 0, 0, 0];
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] ?? 0;
    const weight = weights[row] ?? 0;
    if (begins[k] === 1 && foundHere > 0) {
      sum += (foundHere * found) / predicted;
      foundHere = 0;
    }
    predicted += weight;
    if (positive[row] === 1) {
      found += weight;
      foundHere += weight;
    }
  }
  if (foundHere > 0) sum += (foundHere * found) / predicted;
  return found === 0 ? null : sum / found;
}
