// `npm run bench`: what is printed are ratios within this run, and error rates with their Monte-Carlo error. With MLOPS_PYTHON the peers run too.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { start } from "./start.ts";

start();
const parts: readonly [string, ...string[]][] = [
  ["evaluation/million.ts"],
  ["evaluation/groups.ts", "1000"],
  ["drift/false-alarms.ts", "20"],
  ["drift/million.ts"],
  ["models/million.ts"],
  ["registry/show.ts"],
  ["serving/requests.ts"],
  ["statistics/main.ts", "--quick"],
  ["rollout/simulated.ts", "--quick"],
  ["registry/publish.ts"],
  ["validation/million.ts"],
];
for (const [file, ...args] of parts) {
  console.log(`\n${file}`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
