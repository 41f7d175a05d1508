"""Holds the answers of a sweep to the truth, in ulps."""

from __future__ import annotations

import math
import statistics

import numpy as np

from adbench.accuracy.answer import Swept
from adbench.accuracy.truth import SweptTruth
from adbench.oracle.truth import Enclosure
from adbench.results import Accuracy, WorstPoint


def judge(name: str, backend: str, dtype: str, swept: Swept, truth: SweptTruth | None) -> Accuracy:
    """One line of the board: median and maximum ulps of a function in one mode of a backend.

    Args:
        truth: may be None where nothing was measured.
    """
    ulps, worst = np.zeros(0), None
    if swept.status == "measured":
        assert truth is not None
        enclosure = truth.value if swept.mode == "value" else truth.partials[swept.operand]
        got = swept.array
        of_all = ulps_of(enclosure, got, dtype)
        looked_at = ~np.isnan(of_all)
        ulps = of_all[looked_at]
        if ulps.size:
            i = int(np.nanargmax(of_all))
            at = {operand: float(x[i]) for operand, x in truth.points.items()}
            worst = WorstPoint(at=at, got=repr(float(got[i])), expected=float(enclosure.high[i]))
    return Accuracy(
        function=name,
        operand=swept.operand,
        mode=swept.mode,
        backend=backend,
        dtype=dtype,
        status=swept.status,
        points=ulps.size,
        median=_finite(statistics.median_high(ulps.tolist())) if ulps.size else None,
        maximum=_finite(float(ulps.max())) if ulps.size else None,
        infinite=int(np.isinf(ulps).sum()),
        worst=worst,
        message=swept.message,
    )


def ulps_of(truth: Enclosure, got: np.ndarray, dtype: str) -> np.ndarray:
    """The error at each point in units in the last place; NaN at those that are not looked at.

    Looked at are the points where the truth is a normal number of the dtype, or zero, which only zero fits. NaN and
    infinity are infinitely far off there, and also where the truth underflows: any small number would do.
    """
    size = np.abs(truth.high)
    representable = size <= np.finfo(dtype).max
    normal = representable & (size >= np.finfo(dtype).smallest_normal)
    zero = truth.high == 0
    ulps = np.where(normal, truth.ulps(got, dtype), np.nan)
    ulps[zero] = np.where(got[zero] == 0, 0.0, np.inf)
    ulps[representable & ~np.isfinite(got)] = np.inf
    return ulps


def _finite(x: float) -> float | None:
    """As JSON can hold it: infinity is null."""
    return x if math.isfinite(x) else None
