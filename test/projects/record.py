"""Record what training and prediction leave behind, on main and with each patch, for tests without Python.

    python record.py
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "recorded"
PACKAGES = ["lightgbm", "scikit-learn", "numpy", "scipy", "pandas", "pyarrow"]
SEED = 1
# Training data, test rows, key, label, and the columns of the answers.
PROJECTS = {
    "churn": ("train.parquet", "test.csv", ["id"], "good", ["score"]),
    "defects": ("train.parquet", "test.parquet", ["id"], "digit", [f"p_{digit}" for digit in range(10)]),
    "demand": ("history.csv", "backtest.csv", ["origin", "date"], "cnt", ["prediction"]),
}


def read(path):
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def sha256(*files):
    """Of the bytes of all files, one after the other."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def files_of(path):
    return sorted(path.iterdir()) if path.is_dir() else [path]


def execute(script, cwd, **variables):
    env = os.environ | {name: str(value) for name, value in variables.items()}
    subprocess.run([sys.executable, script], cwd=cwd, env=env, check=True)


def run(name, patch, into):
    """Train and ask as the train stage does."""
    train, test, key, label, columns = PROJECTS[name]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE / name, Path(folder, name), ignore=shutil.ignore_patterns("out"))
        if patch:
            subprocess.run(["git", "apply", patch], cwd=folder, check=True)
        project = Path(folder, name)
        out = into / "out"
        out.mkdir(parents=True)
        execute("train.py", project, MLOPS_DATA_TRAIN=project / "data" / train, MLOPS_OUT=out, MLOPS_SEED=SEED)

        rows = read(project / "data" / test)
        scripts = [project / "train.py"]
        if (project / "predict.py").exists():
            scripts.append(project / "predict.py")
            questions = Path(folder, "questions.parquet")
            rows.drop(columns=label).to_parquet(questions)
            model = next(out.glob("model*"))
            answers = into / "answers.parquet"
            execute("predict.py", project, MLOPS_MODEL=model, MLOPS_INPUT=questions, MLOPS_OUTPUT=answers)
        else:
            answers = out / "backtest.csv"
        check(read(answers), rows, key, columns)
        return [(sha256(script), f"{into.name}/{script.name}") for script in scripts]


def check(answers, rows, key, columns):
    """An answer for every row, and nothing else."""
    assert list(answers.columns) == [*key, *columns], list(answers.columns)
    assert len(answers.merge(rows[key], on=key, validate="one_to_one")) == len(rows) == len(answers)
    numbers = answers[columns].to_numpy()
    assert np.isfinite(numbers).all()
    if columns != ["prediction"]:
        assert ((numbers >= 0) & (numbers <= 1)).all()
    if len(columns) > 1:
        assert np.abs(numbers.sum(axis=1) - 1).max() < 1e-9


def main():
    for name in PROJECTS:
        for old in RECORDED.glob(f"{name}-*"):
            shutil.rmtree(old)
    sums = []
    for name in PROJECTS:
        for patch in [None, *sorted((HERE / name).glob("*.patch"))]:
            into = RECORDED / f"{name}-{patch.stem if patch else 'main'}"
            sums += run(name, patch, into)
            model = next((into / "out").glob("model*"))
            sums.append((sha256(*files_of(model)), f"{into.name}/model"))
            sums += [(sha256(file), file.relative_to(RECORDED).as_posix()) for file in sorted(into.rglob("*")) if file.is_file()]
    (RECORDED / "SHA256SUMS").write_text("".join(f"{digest}  {file}\n" for digest, file in sums))
    tools = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    (RECORDED / "made-with.txt").write_text(
        f"Python {platform.python_version()}, {tools} on {platform.system()} {platform.machine()}\n"
    )


if __name__ == "__main__":
    main()
