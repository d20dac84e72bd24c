import { mover, newcombe, normalInterval, wilson } from "@mlops-actions/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";
import { independentDifference } from "./independent.ts";

const proportion = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ successes: Math.round(n * share), n }));

test("of two Wilson intervals it makes Newcombe's", () => {
  fc.assert(
    fc.property(proportion, proportion, (a, b) => {
      const ours = independentDifference(wilson(a.successes, a.n), wilson(b.successes, b.n)).interval(0.95);
      const theirs = newcombe(a, b).interval(0.95);
      expect(ours.low).toBeCloseTo(theirs.low ?? Number.NaN, 12);
      expect(ours.high).toBeCloseTo(theirs.high ?? Number.NaN, 12);
    }),
  );
});

test("beyond [-1, 1] nothing is cut", () => {
  const [far, near] = [
    normalInterval({ estimate: 40, standardError: 1 }),
    normalInterval({ estimate: 10, standardError: 1 }),
  ];
  expect(mover(far, near).interval(0.95).high).toBe(1);
  const { low, high } = independentDifference(far, near).interval(0.95);
  expect([low, high]).toEqual([expect.closeTo(30 - 2.772, 3), expect.closeTo(30 + 2.772, 3)]);
});

test("an end that is unbounded stays so", () => {
  const open = { estimate: 1, interval: () => ({ low: 0, high: null }) };
  const closed = normalInterval({ estimate: 0, standardError: 1 });
  expect(independentDifference(open, closed).interval(0.95)).toMatchObject({
    low: expect.any(Number),
    high: null,
  });
  expect(independentDifference(closed, open).interval(0.95)).toMatchObject({
    low: null,
    high: expect.any(Number),
  });
});
