"""Answer for the images of MLOPS_INPUT with the weights in the folder MLOPS_MODEL. Needs NumPy alone to compute."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd

folder = Path(os.environ["MLOPS_MODEL"])
config = json.loads((folder / "config.json").read_text())
images = pd.read_parquet(os.environ["MLOPS_INPUT"])

values = images[config["inputs"]].to_numpy(dtype="float64") / config["divide_by"]
for layer in range(config["layers"]):
    if layer > 0:
        values = np.maximum(values, 0)
    values = values @ np.load(folder / f"weights{layer}.npy") + np.load(folder / f"bias{layer}.npy")
odds = np.exp(values - values.max(axis=1, keepdims=True))
probabilities = odds / odds.sum(axis=1, keepdims=True)

answers = pd.DataFrame(probabilities, columns=[f"p_{name}" for name in config["classes"]])
answers.insert(0, "id", images["id"])
output = os.environ["MLOPS_OUTPUT"]
if output.endswith(".csv"):
    answers.to_csv(output, index=False, lineterminator="\n")
else:
    answers.to_parquet(output, index=False)
