"""Distributions of successes and failures: Bernoulli's, the binomial ones and the geometric."""

from __future__ import annotations

import numpy as np
from adbench.cases.stats.common import distribution, moved, trap, unchecked


def choose(xp, n, k):
    return xp.special.gammaln(n + 1) - xp.special.gammaln(k + 1) - xp.special.gammaln(n - k + 1)


distribution(
    "bernoulli",
    functions={"logpmf": lambda xp, k, p: xp.special.xlogy(k, p) + xp.special.xlog1py(1 - k, -p)},
    drawn=lambda rng: {"k": np.array([[0.0], [1.0]]), "p": rng.uniform(0.1, 0.9, 3)},
    torch=lambda d, p: unchecked(d, "Bernoulli", p),
    counts=("k",),
    hard={"ends": trap("logpmf", k=[[0.0], [1.0]], p=[1e-12, 1 - 2.0**-20])},
)
distribution(
    "binom",
    functions={"logpmf": lambda xp, k, n, p: choose(xp, n, k) + k * xp.log(p) + (n - k) * xp.log1p(-p)},
    drawn=lambda rng: {"k": np.array([[1.0], [3.0]]), "n": np.array(5.0), "p": rng.uniform(0.1, 0.9, 3)},
    torch=lambda d, n, p: unchecked(d, "Binomial", n, p),
    counts=("k", "n"),
    hard={"ends": trap("logpmf", k=[[1.0], [4.0]], n=5.0, p=[1e-12, 1 - 2.0**-20])},
)
distribution(
    "nbinom",
    functions={
        "logpmf": lambda xp, k, n, p: choose(xp, k + n - 1, k) + n * xp.log(p) + k * xp.log1p(-p),
    },
    drawn=lambda rng: {
        "k": np.array([[1.0], [4.0]]),
        "n": rng.uniform(0.5, 3.0, 3),
        "p": rng.uniform(0.1, 0.9, ()),
    },
    torch=lambda d, n, p: unchecked(d, "NegativeBinomial", n, 1 - p),
    counts=("k",),
    hard={"few": trap("logpmf", k=[1.0, 4.0], n=[1e-6, 1e-3], p=0.25)},
)
distribution(
    "geom",
    functions={"logpmf": lambda xp, k, p: xp.log(p) + (k - 1) * xp.log1p(-p)},
    drawn=lambda rng: {"k": np.array([[2.0], [4.0]]), "p": rng.uniform(0.1, 0.9, 3)},
    torch=lambda d, p: moved(d, unchecked(d, "Geometric", p), 1.0),  # torch counts the failures alone
    counts=("k",),
    hard={"ends": trap("logpmf", k=[[2.0], [4.0]], p=[1e-12, 1 - 2.0**-20])},
)
