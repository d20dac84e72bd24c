// How often each method errs when the truth sits exactly on the limit. Run: node test/benchmarks/statistics/main.ts [--quick] [--only text]
import { xoshiro256 } from "@mlops-actions/statistics";
import { auc } from "./auc.ts";
import { averagePrecision } from "./average-precision.ts";
import { cells } from "./cells.ts";
import { means } from "./means.ts";
import { proportions } from "./proportions.ts";
import { type Outcome, simulate } from "./scenario.ts";

const WORST = 0.04; // one side, nominal 0.025
const COVERAGE = { least: 0.935, most: 0.965 };

const quick = process.argv.includes("--quick");
const at = process.argv.indexOf("--only");
const only = at < 0 ? "" : (process.argv[at + 1] ?? "");
const scenarios = [...proportions(), ...means(), ...auc(), ...cells(), ...averagePrecision()].filter(
  ({ method, about }) => `${method}: ${about}`.includes(only),
);

console.log(
  "claimed: the share of samples in which the method promises at most 4 % a side and coverage 95 ± 1.5 %; with * the row is judged by it.",
);
console.log(
  "below, above: share of samples whose whole interval lies beyond the truth; ± is one Monte-Carlo standard error.\n",
);
console.log(
  "| method | population | n | runs | claimed | above % | below % | coverage % | |\n|---|---|--:|--:|--:|--:|--:|--:|---|",
);
const broken: Outcome[] = [];
scenarios.forEach((scenario, index) => {
  const runs = quick ? Math.max(100, Math.round(scenario.replications / 20)) : scenario.replications;
  const outcome = simulate(scenario, runs, xoshiro256(BigInt(index)));
  const { above, below, claimed, counted } = outcome;
  const covered = 1 - above - below;
  const error = (share: number) => Math.sqrt((share * (1 - share)) / counted);
  // two Monte-Carlo errors, so that chance alone does not condemn a cell
  const wrong =
    claimed >= 0.5 &&
    (Math.max(above - 2 * error(above), below - 2 * error(below)) > WORST ||
      covered + 2 * error(covered) < COVERAGE.least);
  if (wrong) broken.push(outcome);
  const conservative = covered - 2 * error(covered) > COVERAGE.most;
  const percent = (share: number) => `${(100 * share).toFixed(2)} ± ${(100 * error(share)).toFixed(2)}`;
  console.log(
    `| ${scenario.method} | ${scenario.about} | ${scenario.n} | ${counted} | ${(100 * claimed).toFixed(0)} %${claimed >= 0.5 ? " *" : ""} | ${percent(above)} | ${percent(below)} | ${percent(covered)} | ${wrong ? "BROKEN" : conservative ? "wide" : ""} |`,
  );
});
console.log(`\n${scenarios.length} cells, ${broken.length} break a promise that the method makes.`);
process.exitCode = broken.length > 0 ? 1 : 0;
