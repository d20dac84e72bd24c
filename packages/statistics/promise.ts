export type Method =
  | "exact-binomial"
  | "wilson"
  | "newcombe"
  | "tango"
  | "delong"
  | "average-precision"
  | "delta-cells"
  | "cell-bootstrap"
  | "mean"
  | "clusters";

/** What a comparison rests on. Which fields a method asks for, see `promise`. */
export interface Counts {
  /** Rows by class, for every class in play: `{ positives: 120, negatives: 4000 }`. */
  readonly classes?: Readonly<Record<string, number>>;
  readonly rows?: number;
  /** The largest share of the variance that one row carries, 0 to 1. */
  readonly maxShare?: number;
  readonly clusters?: number;
}

export type Promised =
  | { readonly holds: true }
  | { readonly holds: false; readonly reason: string; readonly has: number; readonly needs: number };

const EACH_CLASS = 100;
const ROWS = 100;
const ONE_ROW = 0.1;
const CLUSTERS = 40;

/**
 * Whether a method keeps its promise here: passes at most 4 % of models that sit exactly on the limit (nominal 2.5 %) and covers 95 ± 1.5 %. Below these
 * counts a verdict is at best inconclusive. `delong`, `average-precision`, `delta-cells` and `cell-bootstrap` ask for `classes`, `mean` for
 * `rows` and `maxShare`, `clusters` for `clusters`; a missing one is a RangeError. The limits are simulated: test/benchmarks/statistics.
 */
export function promise(method: Method, counts: Counts): Promised {
  switch (method) {
    case "exact-binomial":
    case "wilson":
    case "newcombe":
    case "tango":
      return { holds: true };
    case "delong":
    case "average-precision":
    case "delta-cells":
    case "cell-bootstrap":
      return eachClass(asked("classes", counts.classes));
    case "mean": {
      const rows = enough("rows", asked("rows", counts.rows), ROWS);
      const has = asked("maxShare", counts.maxShare);
      if (!rows.holds || has <= ONE_ROW) return rows;
      return { holds: false, reason: "one row carries too much of the variance", has, needs: ONE_ROW };
    }
    case "clusters":
      return enough("clusters", asked("clusters", counts.clusters), CLUSTERS);
  }
}

function eachClass(classes: Readonly<Record<string, number>>): Promised {
  const smallest = Object.entries(classes).sort(([, a], [, b]) => a - b)[0];
  if (smallest === undefined) throw new RangeError("no class in play");
  return enough(smallest[0], smallest[1], EACH_CLASS);
}

function enough(what: string, has: number, needs: number): Promised {
  return has >= needs ? { holds: true } : { holds: false, reason: `too few ${what}`, has, needs };
}

function asked<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw new RangeError(`the promise of this method asks for ${name}`);
  return value;
}
