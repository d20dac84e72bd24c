"""Record the models that train.py makes on main, in each pull request and of later rows, for readers without Python.

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
ROWS = {"train": DATA / "train.parquet", "later": HERE / "later/train.parquet"}
# What each is made of: patches of train.py, one upon the other, and rows.
MODELS = {
    "main": ([], "train"),
    "better": (["better"], "train"),
    "looks-different": (["looks-different"], "train"),
    "worse": (["worse"], "train"),
    "breaks-in-production": (["better", "breaks-in-production"], "train"),
    "better-later": (["better"], "later"),
}


def train(patches, rows, folder):
    """Run train.py, patched, as the train stage does. Returns the script and the model, as bytes."""
    script = Path(folder, "train.py")
    shutil.copy(HERE / "train.py", script)
    for patch in patches:
        subprocess.run(["git", "apply", HERE / f"pull-requests/{patch}.patch"], cwd=folder, check=True)
    variables = {"MLOPS_DATA_TRAIN": ROWS[rows], "MLOPS_OUT": folder, "MLOPS_SEED": SEED}
    env = os.environ | {name: str(value) for name, value in variables.items()}
    subprocess.run([sys.executable, script], cwd=folder, env=env, check=True)
    return script.read_bytes(), Path(folder, "model.onnx").read_bytes()


def check(script, rows, model):
    """Training again makes the same bytes, and ONNX answers what scikit-learn answers, within 1e-5."""
    of = runpy.run_path(str(script))
    learned = pd.read_parquet(ROWS[rows])
    again = of["build"](SEED).fit(of["features"](learned), learned["income"] == ">50K")
    assert of["export"](again) == model, "training again made another model"

    test = of["features"](pd.read_csv(DATA / "test.csv"))
    probabilities = InferenceSession(model).run(["probabilities"], {name: test[[name]].to_numpy() for name in test})[0]
    assert probabilities.shape == (len(test), 2)
    distance = np.abs(probabilities - again.predict_proba(test)).max()
    assert distance < 1e-5, f"ONNX and scikit-learn differ by {distance}"


def main():
    RECORDED.mkdir(exist_ok=True)
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}.parquet\n" for name, path in ROWS.items()]
    for name, (patches, rows) in MODELS.items():
        with tempfile.TemporaryDirectory() as folder:
            script, model = train(patches, rows, folder)
            check(Path(folder, "train.py"), rows, model)
        packed = gzip.compress(model, mtime=0)
        (RECORDED / f"{name}.onnx.gz").write_bytes(packed)
        contents = {f"{name}.py": script, f"{name}.onnx": model, f"{name}.onnx.gz": packed}
        if rows == "later":
            del contents[f"{name}.py"]  # the script of another
        sums += [f"{hashlib.sha256(content).hexdigest()}  {file}\n" for file, content in contents.items()]

    (RECORDED / "SHA256SUMS").write_text("".join(sums))
    tools = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    (RECORDED / "made-with.txt").write_text(
        f"Python {platform.python_version()}, {tools} on {platform.system()} {platform.machine()}\n"
    )


if __name__ == "__main__":
    main()
