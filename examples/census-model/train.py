"""Learn from the training data who earns more than $50,000 a year, and write the model as ONNX."""

import os
from pathlib import Path

import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMERIC = [
    "age",
    "education_num",
    "capital_gain",
    "capital_loss",
    "hours_per_week",
]
CATEGORICAL = [
    "workclass",
    "education",
    "marital_status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "native_country",
]


def build(seed):
    columns = make_column_transformer(
        (StandardScaler(), NUMERIC),
        (OneHotEncoder(handle_unknown="ignore"), CATEGORICAL),
    )
    return make_pipeline(columns, LogisticRegression(max_iter=10_000, random_state=seed))


def features(rows):
    """What the model is asked with: numbers as 32-bit floats, a missing text as the empty one."""
    numbers = rows[NUMERIC].astype("float32")
    texts = rows[CATEGORICAL].fillna("").astype(object)
    return numbers.join(texts)


def export(model):
    inputs = [(name, FloatTensorType([None, 1])) for name in NUMERIC]
    inputs += [(name, StringTensorType([None, 1])) for name in CATEGORICAL]
    made = to_onnx(model, initial_types=inputs, options={"zipmap": False}, target_opset=17)
    made.opset_import.sort(key=lambda opset: opset.domain)  # skl2onnx takes them from a set: the same model, the same bytes
    return made.SerializeToString(deterministic=True)


def main():
    train = pd.read_parquet(os.environ.get("MLOPS_DATA_TRAIN", "data/train.parquet"))
    out = Path(os.environ.get("MLOPS_OUT", "out"))
    seed = int(os.environ.get("MLOPS_SEED", "1"))

    model = build(seed).fit(features(train), train["income"] == ">50K")

    out.mkdir(exist_ok=True)
    file = out / "model.onnx"
    file.write_bytes(export(model))
    print(f"{type(model[-1]).__name__}, {len(train):,} rows, {len(NUMERIC + CATEGORICAL)} columns: {file.name}")


if __name__ == "__main__":
    main()
