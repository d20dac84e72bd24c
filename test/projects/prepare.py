"""Make the tables of the three projects from what their sources publish.

    python prepare.py winequality-red.csv winequality-white.csv hour.csv
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import load_digits

HERE = Path(__file__).parent
WINE = [
    "fixed_acidity", "volatile_acidity", "citric_acid", "residual_sugar", "chlorides", "free_sulfur_dioxide",
    "total_sulfur_dioxide", "density", "ph", "sulphates", "alcohol", "quality",
]  # fmt: skip


def write(rows, path):
    table = pa.Table.from_pandas(rows, preserve_index=False)
    pq.write_table(table.replace_schema_metadata(None), HERE / path, compression="zstd")


def churn(red, white):
    """Wines, each once: the sources repeat a fifth of them. Good is what the tasters gave 7 or more."""
    tables = [pd.read_csv(file, names=WINE).assign(colour=colour) for file, colour in [(red, "red"), (white, "white")]]
    wines = pd.concat(tables).drop_duplicates(ignore_index=True)
    wines.insert(0, "id", np.arange(len(wines)))
    wines["good"] = (wines.pop("quality") >= 7).astype(int)
    is_test = np.random.default_rng(0).random(len(wines)) < 0.4
    write(wines[~is_test], "churn/data/train.parquet")
    wines[is_test].to_csv(HERE / "churn/data/test.csv", index=False, lineterminator="\n")


def defects():
    """Images of 8 x 8 pixels, 0 to 16, a column for each pixel. The order is the source's: writers come one after the other."""
    digits = load_digits()
    pixels = {f"x{i // 8}{i % 8}": digits.data[:, i].astype("int8") for i in range(64)}
    images = pd.DataFrame({"id": np.arange(len(digits.target)), **pixels, "digit": digits.target.astype("int8")})
    write(images[:900], "defects/data/train.parquet")
    write(images[900:], "defects/data/test.parquet")


def demand(hours):
    """Bikes rented a day. Tested are the fourteen days after each origin: every second Monday of 2012."""
    days = (
        pd.read_csv(hours)
        .groupby("dteday", as_index=False)
        .agg(
            workingday=("workingday", "first"),
            weathersit=("weathersit", "median"),
            temp=("temp", "mean"),
            hum=("hum", "mean"),
            windspeed=("windspeed", "mean"),
            cnt=("cnt", "sum"),
        )
        .rename(columns={"dteday": "date"})
        .round(4)
    )
    days["weathersit"] = days["weathersit"].round().astype(int)
    days.to_csv(HERE / "demand/data/history.csv", index=False, lineterminator="\n")

    date = pd.to_datetime(days["date"])
    origins = pd.date_range("2012-01-02", "2012-12-17", freq="14D")
    tested = [days[(date >= origin) & (date < origin + pd.Timedelta(days=14))].assign(origin=str(origin.date())) for origin in origins]
    columns = ["origin", "date", "workingday", "cnt"]
    pd.concat(tested)[columns].to_csv(HERE / "demand/data/backtest.csv", index=False, lineterminator="\n")


def main(red, white, hours):
    churn(red, white)
    defects()
    demand(hours)


if __name__ == "__main__":
    main(*sys.argv[1:])
