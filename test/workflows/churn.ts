import { type Random, xoshiro256 } from "@mlops-actions/statistics";
import type { Files } from "@mlops-actions/testkit";

interface Rows {
  rows: number;
  seed: bigint;
  /** Share of customers of the new tariff, who use more and leave when they use little. */
  tariff: number;
  /** Whether the labels are those of other rows. */
  isMixedUp?: boolean;
}

/** Customers with what they used and whether they left, as CSV. */
export function customers({ rows, seed, tariff, isMixedUp = false }: Rows): string {
  const random = xoshiro256(seed);
  const lines = Array.from({ length: rows }, (_, at) => {
    const isNew = random() < tariff;
    const usage = (isNew ? 200 : 100) + 20 * normal(random);
    const tends = isMixedUp ? 0 : (isNew ? 200 - usage : usage - 100) / 10;
    const churned = random() < 1 / (1 + Math.exp(-tends)) ? "yes" : "no";
    return `${seed}-${at},${usage.toFixed(2)},${(24 + 8 * normal(random)).toFixed(1)},${churned}`;
  });
  return `${["id,usage,tenure,churned", ...lines].join("\n")}\n`;
}

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const TRAIN = `import os

import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import make_pipeline

TAKES = ["usage", "tenure"]
rows = pd.read_csv(os.environ["MLOPS_DATA_TRAIN"])
trees = GradientBoostingClassifier(n_estimators=30, max_depth=2, random_state=0)
model = make_pipeline(make_column_transformer(("passthrough", TAKES)), trees)
model.fit(rows[TAKES], rows["churned"])
inputs = [(name, FloatTensorType([None, 1])) for name in TAKES]
made = to_onnx(model, initial_types=inputs, options={"zipmap": False}, target_opset=17)
with open("out/model.onnx", "wb") as file:
    file.write(made.SerializeToString())
`;

const RULES = `model: churn
task: binary
data:
  train: data/train.csv
  test: data/test.csv
  key: id
  label: { column: churned, positive: "yes" }
train:
  run: python train.py
  outputs: { model: out/model.onnx }
  budget: { time: 60 s }
evaluate:
  baseline: production
  primary: auc - baseline.auc > -0.005
drift:
  current: logs/now.csv
  every: 0.005 min
  retrain: severe
  issue: { cool_down: 0.02 min }
`;

/** A model that really learns, of the customers of before the new tariff; some of the new ones are among its test rows. */
export function churn(): Files {
  return {
    "mlops.yml": RULES,
    ".gitignore": ".mlops/\nout/\n",
    "requirements.txt": "# none\n",
    "train.py": TRAIN,
    "data/train.csv": customers({ rows: 2_000, seed: 1n, tariff: 0 }),
    "data/test.csv": customers({ rows: 2_000, seed: 2n, tariff: 0.3 }),
  };
}
