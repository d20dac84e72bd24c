import { expect, test } from "vitest";
import { csv, judgeFiles, measured, type ProjectFiles } from "./folder-project.ts";

// The engine works in parallel only beyond one row group, 122,880 rows.
const N = 130_000;
const noise = (i: number, k: number) => ((i * 2654435761 + k * 40503) % 1000003) / 1000003;
const ids = Array.from({ length: N }, (_, id) => id);

async function sameForAllThreads(files: ProjectFiles) {
  const evidence = async (threads: number) => {
    const { judged, details } = measured(await judgeFiles(files, threads));
    return JSON.stringify({ judged, details });
  };
  const one = await evidence(1);
  expect(await evidence(4)).toBe(one);
}

test("numbers: the same bits on one thread and on four", async () => {
  await sameForAllThreads({
    "mlops.yml": `model: big
task: regression
data: { test: test.csv, label: { column: y } }
evaluate:
  candidate: { predictions: test.csv, prediction: q }
  primary: rmse <= 1
  slices: [g]
`,
    "test.csv": csv(
      ["g", "y", "q"],
      ids.map((i) => [i % 3, Math.exp(3 * noise(i, 1)), Math.exp(3 * noise(i, 2))]),
    ),
  });
});

test("three classes: the same bits on one thread and on four", async () => {
  await sameForAllThreads({
    "mlops.yml": `model: big
task: multiclass
data: { test: test.csv, label: { column: y, classes: [a, b, c] } }
evaluate:
  candidate: { predictions: test.csv }
  primary: auc >= 0.4
  guardrails: [log_loss <= 2, worst(accuracy by y) >= 0.2]
`,
    "test.csv": csv(
      ["y", "p_a", "p_b", "p_c"],
      ids.map((i) => {
        const [a, b] = [noise(i, 1) / 2, noise(i, 2) / 2];
        return ["abc"[i % 3] ?? "", a, b, 1 - a - b];
      }),
    ),
  });
});
