"""Whether something has become slower, from pairs of processes: exact by ranks, whatever the noise is like.

A pair is a fresh process of the base and one of the head, whose samples were taken in turn. Processes of one program
differ by several per cent (where their memory happens to lie), so that a pair is one observation, however many samples
it has: the logarithm d of head over base. Where nothing has changed the two are interchangeable, so that d is as likely
as −d. The signed-rank test needs no more than that; outliers cost it little.

Source: Hollander, Wolfe & Chicken, Nonparametric Statistical Methods (2014), §3.1 to 3.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A logarithm of a ratio and its interval at `CONFIDENCE`; infinite where there are too few pairs for one."""

    low: float
    middle: float
    high: float


def fastest(samples: Sequence[float]) -> float:
    """The mean of the fastest quarter: noise only ever adds to a time, and one minimum is luck."""
    least = sorted(samples)[: math.ceil(len(samples) / 4)]
    return sum(least) / len(least)


def log_ratio(base: Sequence[float], head: Sequence[float]) -> float:
    """What a pair of processes tells: the logarithm of head over base, positive where the head is slower."""
    return math.log(fastest(head) / fastest(base))


def p_value(differences: Sequence[float]) -> float:
    """The chance of ranks at least as much in favour of positive differences, if d were as likely as −d; at least 2⁻ⁿ.

    Args:
        differences: `log_ratio` of each pair, one at least.
    """
    d = np.asarray(differences)
    ranks = np.argsort(np.argsort(np.abs(d), kind="stable")) + 1
    return float(_tails(len(d))[int(ranks[d > 0].sum())])


def estimate(differences: Sequence[float]) -> Estimate:
    """The median of the means of all two differences (Hodges and Lehmann), and the interval that the test leaves."""
    d = np.asarray(differences)
    i, j = np.triu_indices(len(d))
    means = np.sort((d[i] + d[j]) / 2)
    tails = _tails(len(d))
    outside = sum(tails[len(means) - k] <= (1 - CONFIDENCE) / 2 for k in range(len(means) // 2))
    if not outside:
        return Estimate(-math.inf, float(np.median(means)), math.inf)
    return Estimate(float(means[outside - 1]), float(np.median(means)), float(means[-outside]))


def ratios(found: Estimate | None) -> dict[str, float | None]:
    """The fields of a verdict; None for what is not known."""
    logs = found or Estimate(-math.inf, math.nan, math.inf)
    return {
        name: math.exp(x) if math.isfinite(x) else None
        for name, x in zip(("low", "ratio", "high"), logs, strict=True)
    }


@cache
def _tails(n: int) -> np.ndarray:
    """At w, the chance that the positive ranks of n differences sum to w or more."""
    ways = np.ones(1)
    for rank in range(1, n + 1):
        ways = np.pad(ways, (0, rank)) + np.pad(ways, (rank, 0))  # the rank is of a negative or a positive difference
    tails: np.ndarray = np.cumsum(ways[::-1])[::-1] / 2.0**n
    return tails
