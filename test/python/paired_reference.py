"""Two models on the same rows, by SciPy and statsmodels: DeLong, McNemar, Tango. Reads JSON on standard input, prints JSON.

    {"csv": "test.csv", "key": "id", "label": "income", "positive": ">50K", "baseline": "old.csv", "candidate": "new.csv", "score": "score"}
"""

import csv
import json
import sys

import numpy as np
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar

Z = stats.norm.isf(0.025)


def scores_of(path, key, score):
    with open(path, newline="", encoding="utf-8") as file:
        return {row[key]: float(row[score]) for row in csv.DictReader(file)}


def placements(of, against):
    """Share of `against` below each of `of`, ties half."""
    order = np.sort(against)
    return (np.searchsorted(order, of, "left") + np.searchsorted(order, of, "right")) / 2 / len(order)


def delong(y, old, new):
    v10 = [placements(s[y], s[~y]) for s in (new, old)]
    v01 = [1 - placements(s[~y], s[y]) for s in (new, old)]
    covariance = np.cov(v10) / y.sum() + np.cov(v01) / (~y).sum()
    auc = np.array([v.mean() for v in v10])
    return {
        "candidate": auc[0],
        "baseline": auc[1],
        "variances": np.diag(covariance).tolist(),
        "covariance": covariance[0, 1],
    }


def tango(help_, harm, n):
    """Score interval of a paired difference; the restricted likelihood is maximised numerically."""

    def score(difference):
        counts = np.array([help_, harm, n - help_ - harm])

        def loss(q):
            return -(counts * np.log(np.array([q + difference, q, 1 - 2 * q - difference]))).sum()

        low, high = max(0.0, -difference) + 1e-12, (1 - difference) / 2 - 1e-12
        q = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-15}).x
        return ((help_ - harm) / n - difference) / np.sqrt((2 * q + difference - difference**2) / n)

    centre = (help_ - harm) / n
    return {
        "low": optimize.brentq(lambda d: score(d) - Z, centre - 0.05, centre - 1e-9, xtol=1e-13),
        "high": optimize.brentq(lambda d: score(d) + Z, centre + 1e-9, centre + 0.05, xtol=1e-13),
    }


def main():
    task = json.load(sys.stdin)
    with open(task["csv"], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    y = np.array([row[task["label"]] == task["positive"] for row in rows])
    old, new = (
        np.array([scores[row[task["key"]]] for row in rows])
        for scores in (scores_of(task[side], task["key"], task["score"]) for side in ("baseline", "candidate"))
    )
    right_old, right_new = (old >= 0.5) == y, (new >= 0.5) == y
    help_, harm = int((right_new & ~right_old).sum()), int((right_old & ~right_new).sum())
    table = [[int((right_old & right_new).sum()), harm], [help_, int((~right_old & ~right_new).sum())]]
    json.dump(
        {
            "delong": delong(y, old, new),
            "help": help_,
            "harm": harm,
            "mcnemar": float(mcnemar(table, exact=True).pvalue),
            "tango": tango(help_, harm, len(y)),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
