import { describe, expect, it } from "vitest";
import { type Method, promise } from "./promise.ts";

describe("a method keeps its promise", () => {
  it.each(["exact-binomial", "wilson", "newcombe", "tango"] as const)("always: %s", (method) => {
    expect(promise(method, {})).toEqual({ holds: true });
  });

  it.each(["delong", "average-precision", "delta-cells", "cell-bootstrap"] as const)(
    "from 100 of each class: %s",
    (method) => {
      const counts = { maxShare: 0.01 };
      expect(promise(method, { ...counts, classes: { positives: 100, negatives: 100 } })).toEqual({
        holds: true,
      });
      expect(promise(method, { ...counts, classes: { positives: 99, negatives: 5000 } })).toEqual({
        holds: false,
        reason: "too few positives",
        has: 99,
        needs: 100,
      });
    },
  );

  it("means: from 100 rows of which none carries a tenth of the variance", () => {
    expect(promise("mean", { rows: 100, maxShare: 0.1 })).toEqual({ holds: true });
    expect(promise("mean", { rows: 99, maxShare: 0.01 })).toMatchObject({
      holds: false,
      has: 99,
      needs: 100,
    });
    expect(promise("mean", { rows: 5000, maxShare: 0.3 })).toMatchObject({
      holds: false,
      has: 0.3,
      needs: 0.1,
    });
  });

  it("calibration errors: from 100 rows a bin, the largest with 30 in each", () => {
    expect(promise("calibration-mean", { bins: [190, 10] })).toEqual({ holds: true });
    for (const method of ["calibration-mean", "calibration-most"] as const)
      expect(promise(method, { bins: [100, 99] })).toMatchObject({ holds: false, has: 199, needs: 200 });
    expect(promise("calibration-most", { bins: [170, 30] })).toEqual({ holds: true });
    expect(promise("calibration-most", { bins: [271, 29] })).toMatchObject({
      holds: false,
      has: 29,
      needs: 30,
    });
  });

  it("Wilson: with ten of the rarer outcome, where the outcomes are told", () => {
    expect(promise("wilson", { classes: { successes: 190, failures: 10 } })).toEqual({ holds: true });
    expect(promise("newcombe", { classes: { successes: 191, failures: 9 } })).toMatchObject({
      holds: false,
      has: 9,
      needs: 10,
    });
  });

  it("DeLong: from more than 100 of each class when hardly a row is misplaced", () => {
    const classes = { positives: 250, negatives: 1750 };
    expect(promise("delong", { classes, auc: 0.9 })).toEqual({ holds: true });
    expect(promise("delong", { classes, auc: 0.988 })).toMatchObject({ holds: false, has: 250, needs: 417 });
    expect(promise("delong", { classes, auc: 0.988, paired: true })).toEqual({ holds: true });
    expect(promise("delong", { classes, auc: 0.998, paired: true })).toMatchObject({
      holds: false,
      has: 250,
      needs: 500,
    });
    expect(promise("delong", { classes, auc: 1 })).toEqual({ holds: true });
  });

  it("percentile cells: only where no row carries a fiftieth of the variance", () => {
    const classes = { positives: 500, negatives: 500 };
    expect(promise("cell-bootstrap", { classes, maxShare: 0.02 })).toEqual({ holds: true });
    expect(promise("cell-bootstrap", { classes, maxShare: 0.05 })).toMatchObject({
      holds: false,
      has: 0.05,
      needs: 0.02,
    });
  });

  it("clusters: from 40", () => {
    expect(promise("clusters", { clusters: 40 })).toEqual({ holds: true });
    expect(promise("clusters", { clusters: 39 })).toMatchObject({ holds: false, has: 39, needs: 40 });
  });

  it.each<Method>(["delong", "mean", "clusters"])(
    "not judged without the counts that it rests on: %s",
    (method) => {
      expect(() => promise(method, {})).toThrow(RangeError);
    },
  );
});
