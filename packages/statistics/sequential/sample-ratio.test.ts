import { expect, it } from "vitest";
import { sampleRatioEvidence } from "./sample-ratio.ts";

// SciPy's gammaln
it.each([
  [4900, 5300, 0.5, 1, 3.004261392956323],
  [4900, 5300, 0.5, 100, 5.449858286361632],
  [9600, 400, 0.95, 100, 8.928511003115545],
  [5000, 5200, 0.5, 100, -0.37778200357388414],
  [9500, 500, 0.95, 100, -2.3240833580534854],
  [25, 120, 0.1, 100, 1.6297165819577693],
])("%i and %i units at a share of %f, prior %i: log BF %f", (own, other, share, prior, evidence) => {
  expect(sampleRatioEvidence([{ own, other, share }], prior)).toBeCloseTo(evidence, 9);
});

it("adds up over the weights that were set, and finds a split that is none of them", () => {
  const first = { own: 505, other: 9495, share: 0.05 };
  const second = { own: 2480, other: 7520, share: 0.25 };
  expect(sampleRatioEvidence([first, second])).toBeCloseTo(
    sampleRatioEvidence([first]) + sampleRatioEvidence([second]),
    12,
  );
  expect(sampleRatioEvidence([first, second])).toBeLessThan(Math.log(20));
  expect(sampleRatioEvidence([first, { ...second, own: 2900, other: 7100 }])).toBeGreaterThan(Math.log(1000));
});
