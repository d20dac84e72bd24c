"""Learn how many bikes are rented a day, two weeks ahead.

The backtest asks, for every second Monday of 2012, a model that knows only the days before it. The model that is kept knows all days.
"""

import os
from pathlib import Path

import lightgbm as lgb
import pandas as pd

FEATURES = ["workingday", "weathersit", "temp", "hum", "windspeed", "weekday", "day_of_year", "level"]
SETTINGS = {"objective": "regression", "num_leaves": 7, "min_data_in_leaf": 10}
ROUNDS = 80
HORIZON = 14
FORTNIGHT = pd.Timedelta(days=HORIZON)
ORIGINS = pd.date_range("2012-01-02", "2012-12-17", freq=FORTNIGHT)


def ahead(history, origin):
    """The fortnight from `origin`, with what is known on its eve; the weather is taken as forecast without error."""
    days = history[(history["date"] >= origin) & (history["date"] < origin + FORTNIGHT)]
    before = history[history["date"] < origin].tail(2 * HORIZON)
    date = days["date"].dt
    return days.assign(weekday=date.day_of_week, day_of_year=date.day_of_year, level=before["cnt"].mean())


def fit(history, seed):
    """From every fortnight before the end of the history that has four weeks before it."""
    first, end = history["date"].min() + 2 * FORTNIGHT, history["date"].max() + pd.Timedelta(days=1)
    origins = pd.date_range(end=end, start=first + (end - first) % FORTNIGHT, freq=FORTNIGHT)[:-1]
    rows = pd.concat([ahead(history, origin) for origin in origins])
    same = {"seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1}
    return lgb.train(SETTINGS | same, lgb.Dataset(rows[FEATURES], rows["cnt"]), ROUNDS)


def backtest(history, seed):
    for origin in ORIGINS:
        rows = ahead(history, origin)
        model = fit(history[history["date"] < origin], seed)
        yield rows[["date"]].assign(origin=origin, prediction=model.predict(rows[FEATURES]))


def main():
    history = pd.read_csv(os.environ["MLOPS_DATA_TRAIN"], parse_dates=["date"])
    out = Path(os.environ["MLOPS_OUT"])
    seed = int(os.environ["MLOPS_SEED"])
    answers = pd.concat(backtest(history, seed))[["origin", "date", "prediction"]]
    answers.to_csv(out / "backtest.csv", index=False, lineterminator="\n", date_format="%Y-%m-%d")
    fit(history, seed).save_model(out / "model.txt")
    print(f"{len(history)} days, {len(ORIGINS)} origins")


if __name__ == "__main__":
    main()
