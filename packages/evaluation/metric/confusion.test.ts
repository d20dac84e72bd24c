import fc from "fast-check";
import { expect, test } from "vitest";
import * as count from "./confusion.ts";

const K = 3;
/** Rows of a label and an answer; an answer of K is none of the classes. */
const rows = fc.array(
  fc.record({ y: fc.integer({ min: 0, max: K - 1 }), answer: fc.integer({ min: 0, max: K }) }),
  { minLength: 1, maxLength: 60 },
);

function confusionOf(given: readonly { y: number; answer: number }[]): count.Confusion {
  return Array.from({ length: K }, (_, y) =>
    Array.from(
      { length: K + 1 },
      (_, answer) => given.filter((row) => row.y === y && row.answer === answer).length,
    ),
  );
}

test("recall and precision are shares of rows, and have no value where no row is asked", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const c = confusionOf(given);
      for (let k = 0; k < K; k++) {
        const of = given.filter(({ y }) => y === k);
        const said = given.filter(({ answer }) => answer === k);
        const right = of.filter(({ answer }) => answer === k).length;
        expect(count.recall(c, k)).toBe(of.length === 0 ? null : right / of.length);
        expect(count.precision(c, k)).toBe(said.length === 0 ? null : right / said.length);
      }
      expect(count.total(c)).toBe(given.length);
    }),
  );
});

test("F is the harmonic mean where both have a value, and 0 where nothing was right", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const c = confusionOf(given);
      const [p, r] = [count.precision(c, 0), count.recall(c, 0)];
      if (p === null || r === null) return;
      expect(count.fBeta(c, 0, 1)).toBeCloseTo(p + r === 0 ? 0 : (2 * p * r) / (p + r), 12);
    }),
  );
});

test("Matthews' correlation is the correlation of the indicators of two classes", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const two = given.map(({ y, answer }) => ({ y: y === 0 ? 0 : 1, answer: answer === 0 ? 0 : 1 }));
      const c = [0, 1].map((y) =>
        [0, 1, 2].map((answer) => two.filter((row) => row.y === y && row.answer === answer).length),
      );
      const mean = (values: readonly number[]) =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      const [ys, as] = [two.map(({ y }) => y), two.map(({ answer }) => answer)];
      const covariance = mean(two.map(({ y, answer }) => y * answer)) - mean(ys) * mean(as);
      const spread = Math.sqrt(mean(ys) * (1 - mean(ys)) * mean(as) * (1 - mean(as)));
      const found = count.matthews(c);
      if (spread < 1e-12) expect(found).toBeNull();
      else expect(found).toBeCloseTo(covariance / spread, 9);
    }),
  );
});

test("names of the classes do not matter to what counts all of them", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const turned = given.map(({ y, answer }) => ({
        y: (y + 1) % K,
        answer: answer === K ? K : (answer + 1) % K,
      }));
      for (const value of [count.matthews, count.kappa, count.balanced, count.rarest]) {
        const [one, other] = [value(confusionOf(given)), value(confusionOf(turned))];
        if (one === null) expect(other).toBeNull();
        else expect(other).toBeCloseTo(one, 12);
      }
    }),
  );
});

test("a class that neither labels nor answers have does not lower the mean over classes", () => {
  const c = [
    [3, 1, 0, 0],
    [0, 4, 0, 0],
    [0, 0, 0, 0],
  ];
  expect(count.macro(c, (k) => count.recall(c, k))).toBe((0.75 + 1) / 2);
  expect(count.balanced(c)).toBe((0.75 + 1) / 2);
  expect(count.rarest(c)).toBe(4);
});
