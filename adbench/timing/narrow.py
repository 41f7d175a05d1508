"""When there are samples enough."""

from __future__ import annotations

import math
from collections.abc import Sequence


def median_within(samples: Sequence[float], tail: float = 0.025) -> tuple[float, float] | None:
    """Two of the samples between which their true median lies, 95 times in 100; None of fewer than six.

    Args:
        tail: the probability that it lies beyond either of them.

    Each sample is below it as often as above, whatever the distribution, so the k-th from either end is beyond it
    with the probability of fewer than k heads in n throws.
    """
    n, beyond, k = len(samples), 0.0, 0
    while (beyond := beyond + math.comb(n, k) / 2**n) <= tail:
        k += 1
    return (sorted(samples)[k - 1], sorted(samples)[n - k]) if k else None


def is_narrow(samples: Sequence[float], width: float) -> bool:
    """Whether the interval of the median is known and at most this part of the median wide, to either side."""
    interval = median_within(samples)
    if interval is None:
        return False
    low, high = interval
    return high - low <= width * (high + low)
