"""Split UCI's hour.csv in time: November and December 2012 are the test.

    python data/prepare.py hour.csv
"""

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def main(source):
    here = Path(__file__).parent
    hours = pd.read_csv(source)
    past = hours["dteday"] < "2012-11-01"
    train = hours[past].assign(dteday=pd.to_datetime(hours["dteday"]).dt.date)
    table = pa.Table.from_pandas(train, preserve_index=False)
    pq.write_table(table.replace_schema_metadata(None), here / "train.parquet", compression="zstd")
    hours[~past].to_csv(here / "test.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
