import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Files } from "@mlops-actions/testkit";

/** Marsaglia's xorshift32: the same rows on every machine. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export type Row = Readonly<Record<string, string | number>>;

/** Test rows of customers, and the scores of two models that see the same signal through little and much noise. */
export function customers(count: number): { test: Row[]; good: Row[]; poor: Row[] } {
  const draw = random(20_260_101);
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const rows = Array.from({ length: count }, (_, id) => {
    const left = draw() < 0.4 ? 1 : 0;
    const signal = 1.6 * left - 0.8 + normal();
    const score = (noise: number) => Number((1 / (1 + Math.exp(-signal - noise * normal()))).toFixed(5));
    return { id, plan: draw() < 0.5 ? "free" : "pro", left, good: score(0.2), poor: score(3) };
  });
  return {
    test: rows.map(({ id, plan, left }) => ({ id, plan, left })),
    good: rows.map(({ id, good }) => ({ id, score: good })),
    poor: rows.map(({ id, poor }) => ({ id, score: poor })),
  };
}

export function csv(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  return `${[names.join(","), ...rows.map((row) => names.map((name) => row[name]).join(","))].join("\n")}\n`;
}

export function jsonLines(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

export const RULES = `model: churn
task: binary
data:
  test: data/test.csv
  key: id
  label: { column: left, positive: 1 }
evaluate:
  candidate: { predictions: new.csv, score: score }
  baseline: { predictions: old.csv, score: score }
  primary: auc - baseline.auc > -0.01
  guardrails:
    - recall >= 10%
    - flips <= 90%
  slices: [plan]
`;

/** A whole project: the candidate is much better than the baseline, or the other way round. */
export function churn(candidate: "better" | "worse" = "better", count = 400): Record<string, string> {
  const { test, good, poor } = customers(count);
  const [to, from] = candidate === "better" ? [good, poor] : [poor, good];
  return { "mlops.yml": RULES, "data/test.csv": csv(test), "new.csv": csv(to), "old.csv": csv(from) };
}

/** Replaces one piece of the rules; a piece that is not there fails the test that asked. */
export function rules(piece: string, by: string): string {
  if (RULES.split(piece).length !== 2) throw new Error(`not once in the rules: ${piece}`);
  return RULES.replace(piece, () => by);
}

export async function write(root: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue;
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
}
