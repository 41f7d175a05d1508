"""The ratio of the times of two programs that did not run side by side, from processes of each.

Their logarithms are taken for normal: so few processes leave nothing else.

Source: Welch, The generalization of "Student's" problem when several population variances are involved (1947).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, variance

from flint import arb

from adbench.timing.paired import CONFIDENCE, Estimate

FEWEST = 3  # processes of each


def estimate(base: Sequence[float], head: Sequence[float], least: float = 0.0) -> tuple[Estimate, float]:
    """The log ratio, head over base, and the p-value, of either side, of their being equal.

    Args:
        base, head: logarithms of seconds a call, of each process; at least two.
        least: the variance of a process that is taken at least: three may agree by chance.
    """
    (x, u, n), (y, v, m) = ((fmean(a), max(variance(a), least) / len(a), len(a)) for a in (base, head))
    difference, error = y - x, math.sqrt(u + v)
    if not error:
        return Estimate(difference, difference, difference), float(difference == 0)
    freedom = (u + v) ** 2 / (u**2 / (n - 1) + v**2 / (m - 1))
    wide = error * _quantile(CONFIDENCE, freedom)
    return Estimate(difference - wide, difference, difference + wide), _beyond(abs(difference) / error, freedom)


def _beyond(t: float, freedom: float) -> float:
    """The chance that Student's t is farther from zero than `t`."""
    z = arb(freedom) / (freedom + t * t)
    return float(z.beta_lower(arb(freedom) / 2, arb(0.5), True))


def _quantile(confidence: float, freedom: float) -> float:
    """What Student's t stays within, so many times in one; by bisection."""
    low, high = 0.0, 1.0
    while _beyond(high, freedom) > 1 - confidence:
        high *= 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _beyond(middle, freedom) > 1 - confidence else (low, middle)
    return high
