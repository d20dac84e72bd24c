"""Answer for the rows of MLOPS_INPUT: how probable it is that a wine is good."""

import os

import lightgbm as lgb
import pandas as pd

model = lgb.Booster(model_file=os.environ["MLOPS_MODEL"])
wines = pd.read_parquet(os.environ["MLOPS_INPUT"])
wines["is_red"] = (wines["colour"] == "red").astype(float)
answers = pd.DataFrame({"id": wines["id"], "score": model.predict(wines[model.feature_name()])})

output = os.environ["MLOPS_OUTPUT"]
if output.endswith(".csv"):
    answers.to_csv(output, index=False, lineterminator="\n")
else:
    answers.to_parquet(output, index=False)
