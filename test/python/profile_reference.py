"""What pandas and NumPy say about the columns of a file, and about the bins that a profile of it claims.

Reads {"file": path, "columns": [...]} from standard input, where the columns are those of our profile, and prints for each what was counted here.
"""

import json
import sys

import numpy as np
import pandas as pd

EPOCH = pd.Timestamp("1970-01-01")


def numbers(values, claimed):
    x = values.dropna().to_numpy(dtype=float)
    x = x[np.isfinite(x)]
    bins = np.searchsorted(np.array(claimed["edges"], dtype=float), x, side="left")
    out = {"counts": np.bincount(bins, minlength=len(claimed["edges"]) + 1).tolist(), "present": len(x)}
    if len(x) > 1:
        out |= {"mean": float(np.mean(x)), "sd": float(np.std(x, ddof=1))}
    if claimed.get("ends"):
        out["outside"] = [int((x <= claimed["ends"]["low"]).sum()), int((x >= claimed["ends"]["high"]).sum())]
    # How far a bin is from its share, and the most rows that one value has: equal values are never parted.
    out["commonest"] = int(pd.Series(x).value_counts().max()) if len(x) else 0
    return out


def dates(values, claimed):
    days = (pd.to_datetime(values.dropna()).dt.normalize() - EPOCH).dt.days
    edges = [(pd.Timestamp(edge) - EPOCH).days for edge in claimed["edges"]]
    return numbers(days, {"edges": edges})


def categories(values, claimed):
    counts = values[values.notna() & (values != "")].value_counts()
    shown = {v["value"]: int(counts[v["value"]]) for v in claimed["values"]}
    rest = counts[~counts.index.isin(list(shown))]
    return {
        "values": shown,
        "distinct": len(counts),
        "common": int((counts >= 10).sum()),
        "other": {"count": int(rest.sum()), "distinct": len(rest), "singletons": int((counts == 1).sum())},
    }


task = json.load(sys.stdin)
frame = pd.read_csv(task["file"], keep_default_na=False, na_values=[""], low_memory=False)
by = {"number": numbers, "date": dates, "category": categories}
print(json.dumps({c["name"]: by[c["kind"]](frame[c["name"]], c) for c in task["columns"]}))
