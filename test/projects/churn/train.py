"""Learn which wines are good, and from which score on to say so."""

import json
import os
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve

FEATURES = [
    "fixed_acidity",
    "volatile_acidity",
    "citric_acid",
    "residual_sugar",
    "chlorides",
    "free_sulfur_dioxide",
    "total_sulfur_dioxide",
    "density",
    "ph",
    "sulphates",
    "alcohol",
    "is_red",
]
SETTINGS = {
    "objective": "binary",
    "num_leaves": 7,
    "learning_rate": 0.1,
}
ROUNDS = 60


def prepare(wines):
    return wines.assign(is_red=(wines["colour"] == "red").astype(float))[FEATURES]


def fit(wines, seed):
    same = {"seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1}
    return lgb.train(SETTINGS | same, lgb.Dataset(prepare(wines), wines["good"]), ROUNDS)


def best_threshold(wines, seed):
    """Where F1 is highest on a fifth of the rows that the model has not seen."""
    held = np.random.default_rng(seed).random(len(wines)) < 0.2
    scores = fit(wines[~held], seed).predict(prepare(wines[held]))
    precision, recall, thresholds = precision_recall_curve(wines["good"][held], scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return round(float(thresholds[np.argmax(f1[:-1])]), 4)


def main():
    wines = pd.read_parquet(os.environ["MLOPS_DATA_TRAIN"])
    out = Path(os.environ["MLOPS_OUT"])
    seed = int(os.environ["MLOPS_SEED"])
    fit(wines, seed).save_model(out / "model.txt")
    threshold = best_threshold(wines, seed)
    (out / "threshold.json").write_text(json.dumps({"threshold": threshold}) + "\n")
    print(f"{len(wines)} wines, good from {threshold}")


if __name__ == "__main__":
    main()
