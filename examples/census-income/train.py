"""Learn from data/train.parquet who earns more than $50,000 a year, and predict the rows of data/test.csv."""

import argparse

import pandas as pd
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
FEATURES = NUMERIC + CATEGORICAL


def build():
    columns = make_column_transformer(
        (StandardScaler(), NUMERIC),
        (OneHotEncoder(handle_unknown="ignore"), CATEGORICAL),
    )
    return make_pipeline(columns, LogisticRegression(max_iter=10_000))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", default="predictions/candidate.csv", help="where the predictions go")
    out = options.parse_args().out

    train = pd.read_parquet("data/train.parquet")
    test = pd.read_csv("data/test.csv", usecols=["id", *FEATURES])  # never the label

    model = build().fit(train[FEATURES], train["income"] == ">50K")
    score = model.predict_proba(test[FEATURES])[:, 1]

    predictions = pd.DataFrame({"id": test["id"], "score": score})
    predictions.to_csv(out, index=False, lineterminator="\n")
    print(f"{type(model[-1]).__name__}, {len(train):,} rows, {len(FEATURES)} columns: {len(test):,} predictions in {out}")


if __name__ == "__main__":
    main()
