"""Learn to read images of 8 x 8 pixels. The model is a folder: a weight matrix and a bias a layer, and config.json."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.neural_network import MLPClassifier

HIDDEN = 32
PIXELS = [f"x{row}{column}" for row in range(8) for column in range(8)]


def main():
    images = pd.read_parquet(os.environ["MLOPS_DATA_TRAIN"])
    folder = Path(os.environ["MLOPS_OUT"], "model")
    seed = int(os.environ["MLOPS_SEED"])

    network = MLPClassifier(HIDDEN, alpha=0.01, max_iter=500, random_state=seed)
    network.fit(images[PIXELS].to_numpy() / 16, images["digit"].astype(str))

    folder.mkdir()
    for layer, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
        np.save(folder / f"weights{layer}.npy", weights.astype("float32"), allow_pickle=False)
        np.save(folder / f"bias{layer}.npy", bias.astype("float32"), allow_pickle=False)
    config = {"classes": list(network.classes_), "inputs": PIXELS, "layers": len(network.coefs_), "divide_by": 16}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    print(f"{len(images)} images, {HIDDEN} hidden units, {network.n_iter_} passes")


if __name__ == "__main__":
    main()
