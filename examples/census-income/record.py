"""Record what train.py predicts on main and in each pull request, for readers without Python.

    python record.py
"""

import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "recorded"
PACKAGES = ["scikit-learn", "numpy", "scipy", "pandas", "pyarrow"]


def predict(patch=None):
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "train.py")
        shutil.copy(HERE / "train.py", script)
        if patch:
            subprocess.run(["git", "apply", patch], cwd=folder, check=True)
        out = Path(folder, "predictions.csv")
        subprocess.run([sys.executable, script, "--out", out], cwd=HERE, check=True)
        return out.read_bytes()


def main():
    files = [HERE / "predictions" / name for name in ["baseline.csv", "candidate.csv"]]
    version_1 = predict()
    for file in files:
        file.write_bytes(version_1)

    for patch in sorted(HERE.glob("pull-requests/*.patch")):
        file = RECORDED / f"{patch.stem}.csv.gz"
        file.write_bytes(gzip.compress(predict(patch), mtime=0))
        files.append(file)

    (RECORDED / "SHA256SUMS").write_text(
        "".join(
            f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {Path(os.path.relpath(file, RECORDED)).as_posix()}\n"
            for file in files
        )
    )
    tools = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    (RECORDED / "made-with.txt").write_text(
        f"Python {platform.python_version()}, {tools} on {platform.system()} {platform.machine()}\n"
    )


if __name__ == "__main__":
    main()
