"""Answers of SciPy, statsmodels, scikit-learn and direct definitions to the cases on standard input, as JSON."""

import json
import sys

import numpy as np
from scipy import optimize, special, stats
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint


def tango_score(help_, harm, n, difference):
    """Score with the restricted maximum likelihood found numerically, not by Tango's closed form."""
    rest = n - help_ - harm

    def minus_likelihood(q):  # q: share of harm; share of help is q + difference
        shares = np.array([q + difference, q, 1 - 2 * q - difference])
        counts = np.array([help_, harm, rest])
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(counts > 0, counts * np.log(shares), 0.0)
        return -terms.sum()

    low, high = max(0.0, -difference), (1 - difference) / 2
    q = optimize.minimize_scalar(
        minus_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-14}
    ).x
    variance = (2 * q + difference - difference**2) / n
    return ((help_ - harm) / n - difference) / np.sqrt(variance)


def tango(help_, harm, n, level):
    z = stats.norm.isf((1 - level) / 2)
    centre = (help_ - harm) / n
    edge = 1e-9
    end = lambda sign, a, b: optimize.brentq(lambda d: tango_score(help_, harm, n, d) + sign * z, a, b, xtol=1e-13)
    return [end(-1, -1 + edge, centre - 1e-12), end(1, centre + 1e-12, 1 - edge)]


def kernel(positives, negatives):
    """Every positive against every negative, ties half: O(n·m)."""
    return (positives[:, None] > negatives[None, :]) + 0.5 * (positives[:, None] == negatives[None, :])


def delong(labels, a, b):
    v10, v01 = [], []
    for scores in (a, b):
        wins = kernel(scores[labels == 1], scores[labels == 0])
        v10.append(wins.mean(axis=1))
        v01.append(wins.mean(axis=0))
    covariance = np.cov(v10) / (labels == 1).sum() + np.cov(v01) / (labels == 0).sum()
    assert np.allclose([v10[0].mean(), v10[1].mean()], [roc_auc_score(labels, a), roc_auc_score(labels, b)])
    estimates = np.array([v10[0].mean(), v10[1].mean()])
    # Each bound asks, on the logit scale of the estimate that it lets fall, how small that one may be.
    reach = stats.norm.isf(0.025) * np.sqrt(np.array([1, -1]) @ covariance @ np.array([1, -1]))
    smallest = special.expit(special.logit(estimates) - reach / (estimates * (1 - estimates)))
    logit = np.array([smallest[0] - estimates[1], estimates[0] - smallest[1]])
    return {"a": estimates[0], "b": estimates[1], "covariance": covariance.tolist(), "logit": logit.tolist()}


def trained():
    """Two models on real rows, their scores rounded so that there are ties."""
    x, y = load_breast_cancer(return_X_y=True)
    x = x[:, :6] + np.random.default_rng(0).normal(0, x[:, :6].std(axis=0) * 0.8, (len(x), 6))  # hard enough to err
    x0, x1, y0, y1 = train_test_split(x, y, test_size=0.6, random_state=1, stratify=y)
    first = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x0, y0)
    second = RandomForestClassifier(50, random_state=1).fit(x0, y0)
    scores = [np.round(model.predict_proba(x1)[:, 1], 2) for model in (first, second)]
    return y1, *scores


def bootstrap_f1(labels, a, b, replicates=4000):
    random = np.random.default_rng(2)
    values = []
    for _ in range(replicates):
        rows = random.integers(0, len(labels), len(labels))
        values.append(f1_of(labels[rows], a[rows]) - f1_of(labels[rows], b[rows]))
    return float(np.std(values, ddof=1))


def f1_of(labels, answers):
    return 2 * np.sum(labels & answers) / (np.sum(labels) + np.sum(answers))


def main():
    cases = json.load(sys.stdin)
    labels, a, b = trained()
    answers = [labels.astype(bool), a >= 0.5, b >= 0.5]
    difference = f1_score(labels, answers[1]) - f1_score(labels, answers[2])
    assert np.isclose(difference, f1_of(answers[0], answers[1]) - f1_of(answers[0], answers[2]))
    losses = (labels - a) ** 2 - (labels - b) ** 2
    json.dump(
        {
            "proportions": [
                [proportion_confint(k, n, alpha=1 - level, method=method) for method in ("wilson", "beta")]
                for k, n, level in cases["proportions"]
            ],
            "pairs": [
                confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", alpha=1 - level)
                for k1, n1, k2, n2, level in cases["pairs"]
            ],
            "tango": [tango(*case) for case in cases["tango"]],
            "mcnemar": [
                float(mcnemar([[0, harm], [help_, 0]], exact=True).pvalue) for harm, help_ in cases["mcnemar"]
            ],
            "student": [
                [float(stats.t.isf(alpha, df)), float(stats.t.sf(score, df))] for alpha, df, score in cases["student"]
            ],
            "normal": [float(stats.norm.isf(alpha)) for alpha in cases["normal"]],
            "binomialTails": [
                [float(stats.binom.sf(k - 1, n, p)), float(stats.binom.cdf(k, n, p))]
                for k, n, p in cases["binomialTails"]
            ],
            "holm": [multipletests(p, method="holm")[1].tolist() for p in cases["holm"]],
            "rows": {"labels": labels.tolist(), "a": a.tolist(), "b": b.tolist()},
            "delong": delong(labels, a, b),
            "f1": {"difference": float(difference), "standardError": bootstrap_f1(*answers)},
            "losses": {
                "interval": list(stats.ttest_1samp(losses, 0).confidence_interval(0.95)),
                "p": float(stats.ttest_1samp(losses, 0, alternative="greater").pvalue),
            },
        },
        sys.stdout,
    )


main()
