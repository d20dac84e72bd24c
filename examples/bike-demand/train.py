"""Say how many bikes are rented in an hour, from the calendar and the weather."""

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

CALENDAR = ["yr", "mnth", "hr", "holiday", "weekday", "workingday"]
WEATHER = ["weathersit", "temp", "atemp", "hum", "windspeed"]
FEATURES = CALENDAR + WEATHER  # casual and registered add up to cnt: they are the answer

MODELS = {
    "baseline": make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), ["mnth", "hr", "weekday", "weathersit"]),
            remainder="passthrough",
        ),
        Ridge(),
    ),
    "candidate": HistGradientBoostingRegressor(loss="poisson", random_state=0),
}


def main():
    train = pd.read_parquet("data/train.parquet")
    test = pd.read_csv("data/test.csv", usecols=["dteday", *FEATURES])  # never the answer
    for name, model in MODELS.items():
        model.fit(train[FEATURES], train["cnt"])
        predictions = test[["dteday", "hr"]].assign(prediction=model.predict(test[FEATURES]))
        predictions.to_csv(f"predictions/{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
