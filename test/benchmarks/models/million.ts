// A million rows of twelve columns answered by a LightGBM model of 100 trees, through the measuring child, against Python's onnxruntime on
// the same Parquet file. Both start cold and end with the scores. Run: MLOPS_PYTHON=… node test/benchmarks/models/million.ts [rows]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openMeasuringChild } from "@mlops-actions/natives";
import { z } from "zod";

const ROUNDS = 3;
const rows = Number(process.argv[2] ?? 1_000_000);
const python = process.env.MLOPS_PYTHON ?? "python3";
const root = mkdtempSync(join(tmpdir(), "million-"));
const [table, model] = [join(root, "rows.parquet"), join(root, "model.onnx")];

const MAKE = `
import json, sys, numpy as np, onnx, pandas as pd
from lightgbm import LGBMClassifier
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType
random, n = np.random.default_rng(1), int(sys.argv[3])
# As many whole numbers, codes and amounts as Adult has, a few of them missing.
x = pd.DataFrame({f"c{i}": random.integers(0, 100, n) if i % 2 else np.where(random.random(n) < 0.02, np.nan, random.normal(size=n)) for i in range(12)})
y = (x.c0.fillna(0) * x.c2.fillna(0) + x.c1 / 50 + random.normal(size=n) > 1).astype(int)
fit = LGBMClassifier(n_estimators=100, verbose=-1).fit(x[:50_000].to_numpy(np.float32), y[:50_000])
made = convert_lightgbm(fit, initial_types=[("input", FloatTensorType([None, 12]))], zipmap=False, target_opset=15)
onnx.helper.set_model_props(made, {"features": json.dumps(list(x.columns))})
onnx.save(made, sys.argv[2])
x.insert(0, "id", np.arange(n))
x.to_parquet(sys.argv[1])
`;

const ASK = `
import sys, time
start = time.time()
import numpy as np, onnxruntime, pandas as pd
table = pd.read_parquet(sys.argv[1])
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(sys.argv[2], options, providers=["CPUExecutionProvider"])
names = [f"c{i}" for i in range(12)]
score = session.run(["probabilities"], {"input": table[names].to_numpy(np.float32)})[0][:, 1]
print(time.time() - start, float(score.astype(np.float64).sum()))
`;

function run(script: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(python, ["-c", script, table, model, ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

async function ours(): Promise<{ seconds: number; sum: number; parts: string }> {
  const start = performance.now();
  const marks: [string, number][] = [];
  const mark = (name: string) => marks.push([name, performance.now()]);
  const child = await openMeasuringChild({
    entry: new URL("../../../packages/natives/child-main.ts", import.meta.url).pathname,
    nodePath: process.execPath,
    tempDirectory: root,
    memoryMb: 4096,
    threads: availableParallelism(),
    deadlineMs: 600_000,
  });
  mark("start");
  await child.tables.open("rows", { files: [table], label: "rows.parquet" });
  mark("open");
  await child.models.predict({
    model: { file: model, label: "model.onnx" },
    task: "binary",
    classes: ["no", "yes"],
    from: "rows",
    into: "said",
    keep: ["id"],
  });
  mark("predict");
  const seconds = (performance.now() - start) / 1000;
  const [found] = await child.tables.query(
    "SELECT sum(score) AS sum FROM said",
    z.object({ sum: z.number() }),
  );
  await child.close();
  const parts = marks.map(([name, at], i) => {
    const from = marks[i - 1]?.[1] ?? start;
    return `${name} ${((at - from) / 1000).toFixed(2)} s`;
  });
  return { seconds, sum: found?.sum ?? Number.NaN, parts: parts.join(", ") };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (spawnSync(python, ["-c", "import lightgbm, onnxmltools, onnxruntime, pyarrow"]).status !== 0)
  console.log(`not run: ${python} has not lightgbm, onnxmltools, onnxruntime and pyarrow (set MLOPS_PYTHON)`);
else {
  run(MAKE, String(rows));
  const own: number[] = [];
  const peer: number[] = [];
  // Interleaved, so that a busy machine slows both alike.
  for (let round = 0; round < ROUNDS; round++) {
    const { seconds, sum, parts } = await ours();
    const [theirs = Number.NaN, theirSum = Number.NaN] = run(ASK).split(" ").map(Number);
    if (!(Math.abs(sum - theirSum) <= 1e-6 * theirSum)) throw new Error(`${sum} is not ${theirSum}`);
    own.push(seconds);
    peer.push(theirs);
    console.log(`  ours ${seconds.toFixed(2)} s (${parts}), Python ${theirs.toFixed(2)} s`);
  }
  const ratio = median(own) / median(peer);
  console.log(
    `${rows} rows answered, cold to scores: ours takes ${ratio.toFixed(2)} of Python's onnxruntime`,
  );
}
rmSync(root, { recursive: true });
