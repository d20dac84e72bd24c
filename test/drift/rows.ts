import { xoshiro256 } from "@mlops-actions/statistics";

/** Rows of a churn model's log as CSV: a normal `usage`, a `plan`, and a score that follows usage. */
export function log({
  rows,
  seed,
  shift = 0,
  factor = 1,
  missing = 0,
}: {
  rows: number;
  seed: bigint;
  /** Standard deviations by which usage is higher. */
  shift?: number;
  factor?: number;
  /** Share of rows without usage. */
  missing?: number;
}): string {
  const random = xoshiro256(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const lines = ["id,usage,plan,score"];
  for (let id = 0; id < rows; id++) {
    const usage = 100 + 20 * (normal() + shift);
    const score = 1 / (1 + Math.exp(-(usage - 100) / 20 - 0.3 * normal()));
    const shown = random() < missing ? "" : (usage * factor).toFixed(3);
    lines.push(`${id},${shown},${random() < 0.3 ? "pro" : "basic"},${score.toFixed(5)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A project that compares files, whose checks may follow each other within a second. */
export const PROJECT = `model: churn
task: binary
data: { key: id, label: { column: churned, positive: "yes" } }
drift:
  current: now.csv
  reference: reference.csv
  output: score
  every: 0.005 min
  retrain: severe
`;
