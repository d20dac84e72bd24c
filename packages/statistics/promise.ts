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
  | "calibration-mean"
  | "calibration-most"
  | "clusters"
  | "blocks";

/** What a comparison rests on. Which fields a method asks for, see `promise`. */
export interface Counts {
  /** Rows by class, for every class in play: `{ positives: 120, negatives: 4000 }`. */
  readonly classes?: Readonly<Record<string, number>>;
  readonly rows?: number;
  /** The largest share of the variance that one row carries, 0 to 1. */
  readonly maxShare?: number;
  /** AUC, of the two the nearer to 0 or 1: the nearer, the fewer rows are left that tell the models apart. */
  readonly auc?: number;
  /** Whether the AUC is compared with another on the same rows. */
  readonly paired?: boolean;
  readonly clusters?: number;
  /** Blocks in which two subjects were measured in turn. */
  readonly blocks?: number;
  /** Rows of each calibration bin. */
  readonly bins?: readonly number[];
}

export type Promised =
  | { readonly holds: true }
  | { readonly holds: false; readonly reason: string; readonly has: number; readonly needs: number };

const EACH_CLASS = 100;
const RARE = 10;
const ROWS = 100;
const ONE_ROW = 0.1;
const ONE_RESAMPLED_ROW = 0.02; // a percentile interval is not skewed enough where fewer than 50 rows decide
// misplaced rows of the smallest class that one AUC needs, and a difference
const MISPLACED = { one: 5, paired: 1 };
const CLUSTERS = 40;
const BLOCKS = 20;
const A_BIN = { mean: 100, least: 30 };

/**
 * Whether a method keeps its promise here: passes at most 4 % of models that sit exactly on the limit (nominal 2.5 %) and covers 95 ± 1.5 %. Below these
 * counts a verdict is at best inconclusive. `delong`, `average-precision`, `delta-cells` and `cell-bootstrap` ask for `classes`, `mean` for
 * `rows` and `maxShare`, `cell-bootstrap` for `maxShare` too (of `deltaError`), `clusters` for `clusters`, `calibration-mean` and `calibration-most` for `bins`; a missing one is a RangeError. `delong` judges
 * `auc` and `paired` where they are given: near 1 it needs more than 100. `wilson` and `newcombe` judge successes and failures where `classes` gives them;
 * `proportion` needs no such care. The limits are simulated: test/benchmarks/statistics.
 */
export function promise(method: Method, counts: Counts): Promised {
  switch (method) {
    case "exact-binomial":
    case "tango":
      return { holds: true };
    case "wilson":
    case "newcombe":
      return counts.classes === undefined ? { holds: true } : eachClass(counts.classes, RARE);
    case "delong": {
      const { classes, auc = 0.5, paired = false } = counts;
      const share = Math.min(auc, 1 - auc);
      const least = MISPLACED[paired ? "paired" : "one"] / share;
      // an AUC of exactly 0 or 1 is bounded without DeLong, and exactly
      return eachClass(
        asked("classes", classes),
        share > 0 ? Math.max(EACH_CLASS, Math.ceil(least)) : EACH_CLASS,
      );
    }
    case "average-precision":
    case "delta-cells":
      return eachClass(asked("classes", counts.classes), EACH_CLASS);
    case "cell-bootstrap": {
      const share = oneRow(asked("maxShare", counts.maxShare), ONE_RESAMPLED_ROW);
      const classes = eachClass(asked("classes", counts.classes), EACH_CLASS);
      return classes.holds ? share : classes;
    }
    case "mean": {
      const share = oneRow(asked("maxShare", counts.maxShare), ONE_ROW);
      const rows = enough("rows", asked("rows", counts.rows), ROWS);
      return rows.holds ? share : rows;
    }
    case "calibration-mean":
      return manyABin(asked("bins", counts.bins));
    case "calibration-most": {
      const bins = asked("bins", counts.bins);
      const all = manyABin(bins);
      // one bin of few rows can be the largest error by itself
      return all.holds ? enough("rows in the smallest bin", Math.min(...bins), A_BIN.least) : all;
    }
    case "clusters":
      return enough("clusters", asked("clusters", counts.clusters), CLUSTERS);
    case "blocks":
      return enough("blocks", asked("blocks", counts.blocks), BLOCKS);
  }
}

function manyABin(bins: readonly number[]): Promised {
  const rows = bins.reduce((total, n) => total + n, 0);
  return enough(`rows for ${bins.length} bins`, rows, A_BIN.mean * bins.length);
}

function oneRow(has: number, needs: number): Promised {
  if (has <= needs) return { holds: true };
  return { holds: false, reason: "one row carries too much of the variance", has, needs };
}

function eachClass(classes: Readonly<Record<string, number>>, needs: number): Promised {
  const smallest = Object.entries(classes).sort(([, a], [, b]) => a - b)[0];
  if (smallest === undefined) throw new RangeError("no class in play");
  return enough(smallest[0], smallest[1], needs);
}

function enough(what: string, has: number, needs: number): Promised {
  return has >= needs ? { holds: true } : { holds: false, reason: `too few ${what}`, has, needs };
}

function asked<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw new RangeError(`the promise of this method asks for ${name}`);
  return value;
}
