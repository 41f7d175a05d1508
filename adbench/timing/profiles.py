"""Performance profiles: on what share of the problems a backend is within a factor of the fastest.

Source: Dolan & Moré, Benchmarking optimization software with performance profiles (2002).
"""

from __future__ import annotations

import numpy as np

TAUS = (1.0, 2.0, 4.0, 10.0)
WORST = TAUS[-1]


def profile(ratios: np.ndarray, tau: float) -> float:
    """Share of the ratios to the fastest that are at most `tau`; infinite ones, of what failed, never are."""
    return float(np.mean(ratios <= tau))


def area(ratios: np.ndarray) -> float:
    """Area under the profile over log τ from 1 to `WORST`, over its largest: 1 for who is always the fastest.

    A problem's step at ratio r leaves log `WORST` − log r of it, so that the mean over problems is all there is to do.
    """
    return float(np.mean(np.clip(1 - np.log(ratios) / np.log(WORST), 0, None)))
