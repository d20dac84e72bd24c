"""Draw the people who ask later: those of the training table again, but three in four of them are 45 or older.

    pip install -r requirements.txt
    python later.py

It writes `later/train.parquet`, the training rows with theirs, whose incomes are known by then, at the end.
"""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
OLDER, ANYBODY = 3_000, 1_000


def main():
    train = pd.read_parquet(HERE.parent / "census-income/data/train.parquet")
    older = train[train["age"] >= 45].sample(OLDER, random_state=1)
    anybody = train.sample(ANYBODY, random_state=2)
    later = pd.concat([older, anybody]).sample(frac=1, random_state=3)
    table = pa.Table.from_pandas(pd.concat([train, later]), preserve_index=False)
    (HERE / "later").mkdir(exist_ok=True)
    pq.write_table(table.replace_schema_metadata(None), HERE / "later/train.parquet", compression="zstd")


if __name__ == "__main__":
    main()
