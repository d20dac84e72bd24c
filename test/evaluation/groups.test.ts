import { xoshiro256 } from "@mlops-actions/statistics";
import { expect, test } from "vitest";
import { errorsOf, QUESTIONS, SCENARIOS } from "../benchmarks/evaluation/group-scenarios.ts";

// The full simulation: test/benchmarks/evaluation/groups.ts. Three standard errors of 200 runs at 2.5 % a side are 3.3 points.
const RUNS = 200;

for (const question of QUESTIONS)
  test(`${question}: with the truth on the limit, at most some 2.5 % of intervals lie on either side of it`, () => {
    for (const [i, scenario] of SCENARIOS.entries()) {
      const { above, below } = errorsOf(scenario, question, RUNS, xoshiro256(BigInt(100 + i)));
      expect(Math.max(above, below), scenario.about).toBeLessThanOrEqual(0.058);
    }
  });
