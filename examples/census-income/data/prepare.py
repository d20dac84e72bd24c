"""Make train.parquet and test.csv from UCI's adult.data and adult.test.

    python data/prepare.py adult.data adult.test
"""

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

NAMES = [
    "age", "workclass", "fnlwgt", "education", "education_num", "marital_status",
    "occupation", "relationship", "race", "sex", "capital_gain", "capital_loss",
    "hours_per_week", "native_country", "income",
]  # fmt: skip


def read(path):
    rows = pd.read_csv(
        path,
        names=NAMES,
        skipinitialspace=True,
        na_values="?",
        keep_default_na=False,
        comment="|",  # UCI's adult.test opens with a remark
    )
    rows["income"] = rows["income"].str.removesuffix(".")
    # fnlwgt says how many people a row stands for in the census, nothing about the person.
    return rows.drop(columns="fnlwgt")


def main(train, test):
    here = Path(__file__).parent
    table = pa.Table.from_pandas(read(train), preserve_index=False)
    pq.write_table(table.replace_schema_metadata(None), here / "train.parquet", compression="zstd")
    read(test).to_csv(here / "test.csv", index_label="id", lineterminator="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
