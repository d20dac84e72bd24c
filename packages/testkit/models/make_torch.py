"""Train a small PyTorch network on the examples' adults, export it as torch.onnx.export does, and add what Python's onnxruntime answers
about the first 100 test rows to expected.json. Apart from make.py, because torch is a thousand times the rest.

    pip install torch onnx onnxscript onnxruntime pandas pyarrow && python make_torch.py
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import torch

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "examples/census-income/data"
NUMERIC = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]


class Network(torch.nn.Module):
    def __init__(self, mean, scale):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(len(NUMERIC), 16), torch.nn.ReLU(), torch.nn.Linear(16, 2), torch.nn.Softmax(dim=1)
        )

    def forward(self, rows):
        return self.layers((rows - self.mean) / self.scale)


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    train = pd.read_parquet(DATA / "train.parquet")
    rows = torch.tensor(train[NUMERIC].to_numpy(np.float32))
    labels = torch.tensor((train["income"] == ">50K").to_numpy(np.int64))
    model = Network(rows.mean(0), rows.std(0))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(60):
        optimiser.zero_grad()
        torch.nn.functional.nll_loss(torch.log(model(rows)), labels).backward()
        optimiser.step()

    file = HERE / "adult-torch.onnx"
    torch.onnx.export(
        model.eval(),
        (rows[:4],),
        file,
        input_names=["rows"],
        output_names=["probabilities"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        external_data=False,
        dynamo=True,
    )
    test = pd.read_csv(DATA / "test.csv").head(100)[NUMERIC].to_numpy(np.float32)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (answers,) = session.run(None, {"rows": test})
    assert np.allclose(answers, model(torch.tensor(test)).detach().numpy(), atol=1e-6)
    expected = json.loads((HERE / "expected.json").read_text())
    expected["adult-torch"] = {"probabilities": answers.tolist()}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")
    print(f"torch {torch.__version__}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
