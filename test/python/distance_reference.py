"""Answers of SciPy to the cases on standard input, as JSON."""

import json
import sys

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

cases = json.load(sys.stdin)


def samples(reference, current):
    at = np.arange(len(reference))
    return np.repeat(at, reference), np.repeat(at, current)


def columns(reference, current):
    table = np.array([reference, current])
    return table[:, table.sum(axis=0) > 0]


def ks(reference, current):
    found = stats.ks_2samp(*samples(reference, current), method="exact")
    return [found.statistic, found.pvalue]


def chi_square(reference, current):
    found = stats.chi2_contingency(columns(reference, current), correction=False)
    return [found.statistic, found.pvalue]


def wasserstein(reference, current):
    return stats.wasserstein_distance(*samples(reference, current))


def fisher(a, n, b, m):
    return stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue


def score(a, n, b, m):
    return stats.chi2_contingency([[a, n - a], [b, m - b]], correction=False).pvalue


json.dump(
    {
        "ks": [ks(*pair) for pair in cases["small"]],
        "kolmogorov": [stats.kstwobign.sf(at) for at in cases["kolmogorov"]],
        "chiSquare": [chi_square(*pair) for pair in cases["large"]],
        "jensenShannon": [jensenshannon(*pair, base=2) for pair in cases["large"]],
        "wasserstein": [wasserstein(*pair) for pair in cases["large"]],
        "fisher": [fisher(*case) for case in cases["shares"]],
        "score": [score(*case) for case in cases["shares"]],
        "benjaminiHochberg": [stats.false_discovery_control(p).tolist() for p in cases["p"]],
        "drawn": [
            stats.chi2_contingency(
                columns(*pair),
                correction=False,
                method=stats.PermutationMethod(n_resamples=4999, rng=np.random.default_rng(1)),
            ).pvalue
            for pair in cases["sparse"]
        ],
    },
    sys.stdout,
)
