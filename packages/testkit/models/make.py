"""Make the models of this folder from the examples' data, and record what Python's onnxruntime answers about the first rows of
the test data (expected.json). Run: python make.py [folder, default: this one] [rows, default: 100]. Made with the packages of
made-with.txt; `npm run format` afterwards."""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from lightgbm import LGBMClassifier
from onnx import TensorProto, helper, numpy_helper
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType as LightGBMFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[2] / "examples"
ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 100
OPSET = {"": 17, "ai.onnx.ml": 3}

NUMERIC = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]
CATEGORICAL = ["workclass", "education", "marital_status", "occupation", "relationship", "race", "sex", "native_country"]
BILL = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
WEATHER = ["temp", "atemp", "hum", "windspeed"]
HOUR = ["season", "mnth", "hr", "holiday", "weekday", "workingday", "weathersit"]


def described(model, **metadata):
    helper.set_model_props(model, metadata)
    return model


def adult():
    train = pd.read_parquet(EXAMPLES / "census-income/data/train.parquet")
    test = pd.read_csv(EXAMPLES / "census-income/data/test.csv", keep_default_na=True).head(ROWS)
    train[CATEGORICAL] = train[CATEGORICAL].astype(object).where(train[CATEGORICAL].notna(), "")
    test[CATEGORICAL] = test[CATEGORICAL].astype(object).where(test[CATEGORICAL].notna(), "")
    return train, test


def a_column_an_input(train):
    columns = make_column_transformer((StandardScaler(), NUMERIC), (OneHotEncoder(handle_unknown="ignore"), CATEGORICAL))
    model = make_pipeline(columns, LogisticRegression(max_iter=10_000)).fit(train[NUMERIC + CATEGORICAL], train["income"])
    types = [(name, FloatTensorType([None, 1])) for name in NUMERIC] + [(name, StringTensorType([None, 1])) for name in CATEGORICAL]
    made = lambda zipmap: to_onnx(model, initial_types=types, target_opset=OPSET, options={"zipmap": zipmap})
    return made(False), made(True)


def boosted_trees(train):
    model = LGBMClassifier(n_estimators=8, num_leaves=8, random_state=1, verbose=-1).fit(train[NUMERIC].to_numpy(np.float32), (train["income"] == ">50K").astype(int))
    made = convert_lightgbm(model, initial_types=[("input", LightGBMFloat([None, len(NUMERIC)]))], zipmap=False, target_opset=15)
    return described(made, features=json.dumps(NUMERIC))


def gradient_trees(train):
    model = GradientBoostingClassifier(n_estimators=5, max_leaf_nodes=8, random_state=1).fit(train[NUMERIC].to_numpy(np.float32), train["income"])
    return to_onnx(model, initial_types=[("X", FloatTensorType([None, len(NUMERIC)]))], target_opset=OPSET, options={"zipmap": False})


def three_classes(train, classes=None):
    species = train["species"] if classes is None else train["species"].map(classes.index)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train[BILL].to_numpy(np.float32), species)
    return to_onnx(model, initial_types=[("X", FloatTensorType([None, len(BILL)]))], target_opset=OPSET, options={"zipmap": False})


def forest(train):
    model = RandomForestRegressor(n_estimators=4, max_leaf_nodes=20, random_state=1).fit(train[HOUR + WEATHER], train["cnt"])
    types = [(name, Int64TensorType([None, 1])) for name in HOUR] + [(name, FloatTensorType([None, 1])) for name in WEATHER]
    # A pipeline of several inputs begins with what joins them.
    joined = make_pipeline(make_column_transformer(("passthrough", HOUR), ("passthrough", WEATHER)), model)
    joined.fit(train[HOUR + WEATHER], train["cnt"])
    return to_onnx(joined, initial_types=types, target_opset=OPSET)


def in_doubles(train):
    model = LinearRegression().fit(train[WEATHER], train["cnt"])
    return described(to_onnx(model, train[WEATHER].to_numpy(np.float64)[:1], target_opset=OPSET), features=json.dumps(WEATHER))


def network(train, batch="batch"):
    """As torch.onnx.export writes a small network: one matrix in, one logistic unit out."""
    random = np.random.default_rng(1)
    scale = train[NUMERIC].std().to_numpy(np.float32)
    weights = {
        "fc1.weight": (random.normal(size=(16, 5)) / scale).astype(np.float32),
        "fc1.bias": random.normal(size=16).astype(np.float32),
        "fc2.weight": (random.normal(size=(1, 16)) / 4).astype(np.float32),
        "fc2.bias": np.zeros(1, np.float32),
    }
    nodes = [
        helper.make_node("Gemm", ["input", "fc1.weight", "fc1.bias"], ["hidden"], transB=1),
        helper.make_node("Relu", ["hidden"], ["active"]),
        helper.make_node("Gemm", ["active", "fc2.weight", "fc2.bias"], ["logit"], transB=1),
        helper.make_node("Sigmoid", ["logit"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [batch, 5])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [batch, 1])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="pytorch", producer_version="2.9.0")


def feeds(session, table, features):
    kinds = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(string)": object}
    inputs = session.get_inputs()
    if len(inputs) == 1:
        return {inputs[0].name: table[features].to_numpy(kinds[inputs[0].type])}
    return {one.name: table[[one.name]].to_numpy(kinds[one.type]) for one in inputs}


def answers(path, table, features):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    rows = len(table) if session.get_inputs()[0].shape[0] != 1 else 1
    parts = [session.run(None, feeds(session, table[at : at + rows], features)) for at in range(0, len(table), rows)]
    return {one.name: np.concatenate([part[at] for part in parts]).tolist() for at, one in enumerate(session.get_outputs())}


def main():
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    train, test = adult()
    penguins = pd.read_csv(EXAMPLES / "penguins-species/data/penguins.csv").dropna(subset=BILL)
    bikes = pd.read_parquet(EXAMPLES / "bike-demand/data/train.parquet")
    hours = pd.read_csv(EXAMPLES / "bike-demand/data/test.csv").head(ROWS)
    columns, zipmap = a_column_an_input(train)
    classes = ["Chinstrap", "Adelie", "Gentoo"]
    made = {
        "adult-columns": (columns, test, None),
        "adult-zipmap": (zipmap, None, None),
        "adult-lightgbm": (boosted_trees(train), test, NUMERIC),
        "adult-trees": (gradient_trees(train), test, NUMERIC),
        "adult-network": (network(train), test, NUMERIC),
        "adult-network-single": (network(train, 1), test, NUMERIC),
        "penguins": (three_classes(penguins), penguins, BILL),
        "penguins-numbers": (three_classes(penguins, classes), penguins, BILL),
        "bikes-forest": (forest(bikes), hours, None),
        "bikes-double": (in_doubles(bikes), hours, WEATHER),
    }
    expected = {}
    for name, (model, table, features) in made.items():
        path = into / f"{name}.onnx"
        onnx.save(model, path)
        if table is not None:
            expected[name] = answers(path, table, features)
    (into / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    packages = ["lightgbm", "numpy", "onnx", "onnxmltools", "onnxruntime", "pandas", "scikit-learn", "skl2onnx"]
    (into / "made-with.txt").write_text("".join(f"{name}=={version(name)}\n" for name in packages))


if __name__ == "__main__":
    main()
