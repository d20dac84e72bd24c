import { expect, it } from "vitest";
import { mcnemar } from "./mcnemar.ts";

it.each([
  [10, 2, 0.03857421875, 0.0224609375],
  [0, 6, 0.03125, 0.015625],
  [25, 12, 0.04703102743951604, 0.03355243967962451],
  [1, 0, 1, 0.5],
  [0, 0, 1, 1],
])(
  "McNemar of %i harmed and %i helped is statsmodels 0.13's mcnemar(exact=True), and its mid-p",
  (harm, help, exact, midP) => {
    const p = mcnemar({ harm, help });
    expect(p.exact).toBeCloseTo(exact, 12);
    expect(p.midP).toBeCloseTo(midP, 12);
    expect(mcnemar({ harm: help, help: harm })).toEqual(p);
  },
);

it("keeps its digits with millions of discordant rows", () => {
  // z = 2.000 of the normal limit, two-sided p = 0.0455
  expect(mcnemar({ harm: 2_000_000, help: 2_004_000 }).exact).toBeCloseTo(0.0455, 3);
});
