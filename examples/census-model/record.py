"""Record the model that train.py makes on main and in each pull request, for readers without Python.

    pip install -r requirements-record.txt
    python record.py
"""

import gzip
import hashlib
import os
import platform
import runpy
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from onnxruntime import InferenceSession

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "recorded"
DATA = HERE.parent / "census-income" / "data"
SEED = 1
PACKAGES = ["scikit-learn", "skl2onnx", "onnx", "onnxruntime", "numpy", "scipy", "pandas", "pyarrow"]


def train(patch, folder):
    """Run train.py, patched, as the train stage does. Returns the script and the model, as bytes."""
    script = Path(folder, "train.py")
    shutil.copy(HERE / "train.py", script)
    if patch:
        subprocess.run(["git", "apply", patch], cwd=folder, check=True)
    variables = {"MLOPS_DATA_TRAIN": DATA / "train.parquet", "MLOPS_OUT": folder, "MLOPS_SEED": SEED}
    env = os.environ | {name: str(value) for name, value in variables.items()}
    subprocess.run([sys.executable, script], cwd=folder, env=env, check=True)
    return script.read_bytes(), Path(folder, "model.onnx").read_bytes()


def check(script, model):
    """Training again makes the same bytes, and ONNX answers what scikit-learn answers, within 1e-5."""
    of = runpy.run_path(str(script))
    rows = pd.read_parquet(DATA / "train.parquet")
    again = of["build"](SEED).fit(of["features"](rows), rows["income"] == ">50K")
    assert of["export"](again) == model, "training again made another model"

    test = of["features"](pd.read_csv(DATA / "test.csv"))
    probabilities = InferenceSession(model).run(["probabilities"], {name: test[[name]].to_numpy() for name in test})[0]
    assert probabilities.shape == (len(test), 2)
    distance = np.abs(probabilities - again.predict_proba(test)).max()
    assert distance < 1e-5, f"ONNX and scikit-learn differ by {distance}"


def main():
    RECORDED.mkdir(exist_ok=True)
    sums = []
    for patch in [None, *sorted(HERE.glob("pull-requests/*.patch"))]:
        name = patch.stem if patch else "main"
        with tempfile.TemporaryDirectory() as folder:
            script, model = train(patch, folder)
            check(Path(folder, "train.py"), model)
        packed = gzip.compress(model, mtime=0)
        (RECORDED / f"{name}.onnx.gz").write_bytes(packed)
        contents = {f"{name}.py": script, f"{name}.onnx": model, f"{name}.onnx.gz": packed}
        sums += [f"{hashlib.sha256(content).hexdigest()}  {file}\n" for file, content in contents.items()]

    (RECORDED / "SHA256SUMS").write_text("".join(sums))
    tools = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    (RECORDED / "made-with.txt").write_text(
        f"Python {platform.python_version()}, {tools} on {platform.system()} {platform.machine()}\n"
    )


if __name__ == "__main__":
    main()
