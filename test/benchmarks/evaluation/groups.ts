// How often gap, worst and ratios err when the truth sits exactly on the limit. Run: node test/benchmarks/evaluation/groups.ts [runs, default 4000]
import { xoshiro256 } from "@mlops-actions/statistics";
import { errorsOf, QUESTIONS, SCENARIOS, truthOf } from "./group-scenarios.ts";

const MOST = 0.04; // one side, nominal 0.025
const runs = Number(process.argv[2] ?? 4000);
const error = (share: number) => Math.sqrt((share * (1 - share)) / runs);
const percent = (share: number) => `${(100 * share).toFixed(2)} ± ${(100 * error(share)).toFixed(2)}`;

console.log(
  "above, below: share of samples whose whole 95 % interval lies beyond the truth (nominal 2.5 % a side).\n",
);
console.log(
  "| question | groups | truth | above % | below % | coverage % | |\n|---|---|--:|--:|--:|--:|---|",
);
let broken = 0;
let seed = 0n;
for (const question of QUESTIONS)
  for (const scenario of SCENARIOS) {
    seed += 1n;
    const { above, below } = errorsOf(scenario, question, runs, xoshiro256(seed));
    const worst = Math.max(above, below);
    const isBroken = worst - 2 * error(worst) > MOST;
    if (isBroken) broken += 1;
    const cells = [
      question,
      scenario.about,
      truthOf(scenario, question).toFixed(3),
      percent(above),
      percent(below),
      percent(1 - above - below),
      isBroken ? "BROKEN" : "",
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
console.log(
  `\n${QUESTIONS.length * SCENARIOS.length} cells of ${runs} runs, ${broken} beyond ${100 * MOST} % a side.`,
);
process.exitCode = broken > 0 ? 1 : 0;
