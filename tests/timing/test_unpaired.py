"""Welch's test, held to SciPy's."""

import math

import numpy as np
import pytest

from adbench.timing.unpaired import estimate

stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize(("n", "m"), [(2, 2), (3, 3), (3, 8), (10, 4)])
def test_it_is_welch_on_logarithms(n, m):
    rng = np.random.default_rng(n + m)
    base, head = np.exp(rng.normal(0, 0.02, n)), np.exp(rng.normal(0.05, 0.04, m))
    found, p = estimate(base, head)
    expected = stats.ttest_ind(np.log(head), np.log(base), equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert p == pytest.approx(expected.pvalue, rel=1e-9)
    assert found == pytest.approx((interval.low, np.log(head).mean() - np.log(base).mean(), interval.high), rel=1e-9)


def test_times_without_any_spread_are_taken_at_their_word():
    assert estimate([1.0, 1.0, 1.0], [1.0, 1.0]) == ((0.0, 0.0, 0.0), 1.0)
    assert estimate([1.0, 1.0], [2.0, 2.0]) == ((math.log(2),) * 3, 0.0)
