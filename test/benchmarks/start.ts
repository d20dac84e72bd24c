import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROUNDS = 20;

/** Start of a built action until it has read its inputs and refused them, against a Node that does nothing, in the same run. */
export function start(): void {
  const folder = mkdtempSync(join(tmpdir(), "start-"));
  writeFileSync(join(folder, "output"), "");
  const action = join(import.meta.dirname, "../../dist/evaluate-gate.js");
  const cli = join(import.meta.dirname, "../../dist/cli.js");
  const empty: number[] = [];
  const acting: number[] = [];
  const helping: number[] = [];
  // Interleaved, so that a busy machine slows all of them alike.
  for (let round = 0; round < ROUNDS; round++) {
    empty.push(timed(["-e", "0"], {}));
    // A required text that is empty ends the run before anything is read: what remains is the start.
    acting.push(
      timed([action], { INPUT_PROJECT: ".", INPUT_TOKEN: "", INPUT_COMMENT: "maybe", INPUT_CHECK: "true" }),
    );
    helping.push(timed([cli, "--help"], {}));
  }
  const base = median(empty);
  console.log(`start (median of ${ROUNDS}, ratio to \`node -e 0\`)`);
  console.log(`  node -e 0              ${base.toFixed(0).padStart(5)} ms   1.0`);
  for (const [name, times] of [
    ["evaluate-gate", acting] as const,
    ["mlops-actions --help", helping] as const,
  ])
    console.log(
      `  ${name.padEnd(22)} ${median(times).toFixed(0).padStart(5)} ms   ${(median(times) / base).toFixed(1)}`,
    );
}

function timed(args: readonly string[], env: Record<string, string>): number {
  const began = performance.now();
  spawnSync(process.execPath, [...args], { env: { PATH: process.env.PATH ?? "", ...env }, stdio: "ignore" });
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

if (import.meta.main) start();
