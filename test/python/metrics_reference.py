"""What scikit-learn says about predictions: the reference for our own metrics.

Reads one description, or a list of them, as JSON from standard input and prints its values as JSON in the same shape:

    {
      "task": "binary" | "multiclass" | "regression",
      "csv": "data/test.csv",
      "predictions": "predictions/candidate.csv",  # optional: joined by "key"; else all columns are in "csv"
      "key": ["id"],
      "label": "income",
      "positive": ">50K",                          # binary
      "classes": ["Adelie", "Chinstrap"],          # multiclass, in the order of "scores"
      "score": "score",                            # binary
      "scores": ["p_Adelie", "p_Chinstrap"],       # multiclass
      "decision": "predicted",                     # labels instead of scores
      "prediction": "prediction",                  # regression
      "threshold": 0.5,
      "slices": ["sex"]
    }

A value that is undefined on these rows is null. Under "slices" stand the same metrics for each value of each column.
"""

import csv
import json
import sys
import warnings

import numpy as np
from sklearn import metrics as sk

UNDEFINED = {"zero_division": np.nan}


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def joined(task):
    rows = rows_of(task["csv"])
    if "predictions" not in task:
        return rows
    key = task["key"]
    answers = {tuple(row[k] for k in key): row for row in rows_of(task["predictions"])}
    pairs = [(row, answers.get(tuple(row[k] for k in key))) for row in rows]
    return [{**row, **answer} for row, answer in pairs if answer is not None]


def column(rows, name, kind=str):
    return np.array([kind(row[name]) for row in rows])


def attempt(function, *args, **options):
    try:
        value = float(function(*args, **options))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def of_decisions(y, said, **average):
    return {
        "precision": attempt(sk.precision_score, y, said, **average, **UNDEFINED),
        "recall": attempt(sk.recall_score, y, said, **average, **UNDEFINED),
        "f1": attempt(sk.f1_score, y, said, **average, **UNDEFINED),
    }


def agreement(y, said):
    return {
        "accuracy": attempt(sk.accuracy_score, y, said),
        "balanced_accuracy": attempt(sk.balanced_accuracy_score, y, said),
        "mcc": attempt(sk.matthews_corrcoef, y, said),
        "kappa": attempt(sk.cohen_kappa_score, y, said),
    }


def binary(task, rows):
    y = column(rows, task["label"]) == str(task["positive"])
    if "decision" in task:
        said = column(rows, task["decision"]) == str(task["positive"])
    else:
        score = column(rows, task["score"], float)
        said = score >= task.get("threshold", 0.5)
    out = {
        **agreement(y, said),
        **of_decisions(y, said),
        "specificity": attempt(sk.recall_score, y, said, pos_label=False, **UNDEFINED),
    }
    if "decision" not in task:
        both = y.any() and not y.all()
        out |= {
            "auc": attempt(sk.roc_auc_score, y, score) if both else None,
            "average_precision": attempt(sk.average_precision_score, y, score) if y.any() else None,
            "log_loss": attempt(sk.log_loss, y, score, labels=[False, True]),
            "brier": attempt(sk.brier_score_loss, y, score, labels=[False, True]),
        }
    return out


def multiclass(task, rows):
    classes = np.array(task["classes"])
    y = column(rows, task["label"])
    if "decision" in task:
        said = column(rows, task["decision"])
    else:
        scores = np.column_stack([column(rows, name, float) for name in task["scores"]])
        said = classes[scores.argmax(axis=1)]
    out = agreement(y, said)
    for average in ["macro", "weighted"]:
        values = of_decisions(y, said, labels=classes, average=average)
        out |= {f"{average}_{name}": value for name, value in values.items()}
    out["by_class"] = {
        name: of_decisions(y == name, said == name) for name in classes.tolist()
    }
    if "decision" not in task:
        # scikit-learn takes the columns in the sorted order of the labels.
        order = np.argsort(classes)
        labels, scores = classes[order], scores[:, order]
        out |= {
            "auc": attempt(sk.roc_auc_score, y, scores, multi_class="ovr", average="macro", labels=labels),
            "log_loss": attempt(sk.log_loss, y, scores, labels=labels),
            "brier": attempt(sk.brier_score_loss, y, scores, labels=labels, scale_by_half=False),
            "top2": attempt(sk.top_k_accuracy_score, y, scores, k=2, labels=labels),
        }
    return out


def regression(task, rows):
    y = column(rows, task["label"], float)
    said = column(rows, task["prediction"], float)
    return {
        "rmse": attempt(sk.root_mean_squared_error, y, said),
        "mae": attempt(sk.mean_absolute_error, y, said),
        "mse": attempt(sk.mean_squared_error, y, said),
        "r2": attempt(sk.r2_score, y, said, force_finite=False),
        "median_ae": attempt(sk.median_absolute_error, y, said),
        "max_error": attempt(sk.max_error, y, said),
        # scikit-learn divides by 2e-16 where the truth is 0, which means nothing.
        "mape": attempt(sk.mean_absolute_percentage_error, y, said) if np.all(y != 0) else None,
    }


TASKS = {"binary": binary, "multiclass": multiclass, "regression": regression}


def measure(task):
    rows = joined(task)
    values = TASKS[task["task"]]
    out = {"n": len(rows), **values(task, rows)}
    out["slices"] = {}
    for name in task.get("slices", []):
        groups = {}
        for row in rows:
            groups.setdefault(row[name], []).append(row)
        out["slices"][name] = {value: {"n": len(group), **values(task, group)} for value, group in sorted(groups.items())}
    return out


def main():
    warnings.simplefilter("ignore")  # undefined values are null in the answer
    asked = json.load(sys.stdin)
    answer = [measure(task) for task in asked] if isinstance(asked, list) else measure(asked)
    json.dump(answer, sys.stdout, allow_nan=False)


if __name__ == "__main__":
    main()
