// How often each method errs when the truth sits exactly on the limit. Run: node test/benchmarks/statistics/main.ts [--quick] [--only text]
import { xoshiro256 } from "@mlops-actions/statistics";
import { auc } from "./auc.ts";
import { averagePrecision } from "./average-precision.ts";
import { calibration } from "./calibration.ts";
import { cells } from "./cells.ts";
import { means } from "./means.ts";
import { proportions } from "./proportions.ts";
import { type Outcome, simulate } from "./scenario.ts";

const WORST = 0.04; // one side, nominal 0.025
const COVERAGE = { least: 0.935, most: 0.965 };

const quick = process.argv.includes("--quick");
const at = process.argv.indexOf("--only");
const only = at < 0 ? "" : (process.argv[at + 1] ?? "");
const scenarios = [
  ...proportions(),
  ...means(),
  ...auc(),
  ...cells(),
  ...averagePrecision(),
  ...calibration(),
].filter(({ method, about }) => `${method}: ${about}`.includes(only));

console.log(`claimed: share of samples in which the method makes its promise; * where it nearly always does.
above, below: share of samples whose whole 95 % interval lies beyond the truth (nominal 2.5 %).
told: the same, and the promise was claimed: at most 4 %, and coverage at least 93.5 % in rows with *. ± is one Monte-Carlo standard error.
`);
console.log(
  "| method | population | n | runs | claimed % | above % | below % | coverage % | told above % | told below % | |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
);
const broken: Outcome[] = [];
scenarios.forEach((scenario, index) => {
  const runs = quick ? Math.max(100, Math.round(scenario.replications / 20)) : scenario.replications;
  const outcome = simulate(scenario, runs, xoshiro256(BigInt(index)));
  const { all, told, claimed } = outcome;
  const covered = 1 - all.above - all.below;
  const error = (share: number) => Math.sqrt((share * (1 - share)) / runs);
  // two Monte-Carlo errors, so that chance alone does not condemn a cell
  const surely = (share: number) => share - 2 * error(share);
  const always = claimed >= 0.95;
  const tooOften = Math.max(surely(told.above), surely(told.below)) > WORST;
  const wrong = tooOften || (always && covered + 2 * error(covered) < COVERAGE.least);
  if (wrong) broken.push(outcome);
  const note = wrong ? "BROKEN" : always && surely(covered) > COVERAGE.most ? "wide" : "";
  const percent = (share: number) => `${(100 * share).toFixed(2)} ± ${(100 * error(share)).toFixed(2)}`;
  const cells = [
    scenario.method,
    scenario.about,
    scenario.n,
    runs,
    `${(100 * claimed).toFixed(0)}${always ? " *" : ""}`,
    ...[all.above, all.below, covered, told.above, told.below].map(percent),
    note,
  ];
  console.log(`| ${cells.join(" | ")} |`);
});
console.log(`\n${scenarios.length} cells, ${broken.length} break a promise that the method makes.`);
process.exitCode = broken.length > 0 ? 1 : 0;
