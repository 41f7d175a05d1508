"""Welch's test, held to SciPy's."""

import numpy as np
import pytest

from adbench.timing.unpaired import estimate

stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize(("n", "m"), [(2, 2), (3, 3), (3, 8), (10, 4)])
def test_it_is_welch(n, m):
    rng = np.random.default_rng(n + m)
    base, head = rng.normal(0, 0.02, n), rng.normal(0.05, 0.04, m)
    found, p = estimate(base, head)
    expected = stats.ttest_ind(head, base, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert p == pytest.approx(expected.pvalue, rel=1e-9)
    assert found == pytest.approx((interval.low, head.mean() - base.mean(), interval.high), rel=1e-9)


def test_times_without_any_spread_are_taken_at_their_word_unless_they_may_not_be():
    assert estimate([0.0, 0.0, 0.0], [0.0, 0.0]) == ((0.0, 0.0, 0.0), 1.0)
    assert estimate([0.0, 0.0], [2.0, 2.0]) == ((2.0, 2.0, 2.0), 0.0)
    found, p = estimate([0.0, 0.0, 0.0], [0.1, 0.1, 0.1], least=0.01)
    expected = stats.ttest_ind([-0.1, 0.0, 0.1], [0.0, 0.1, 0.2])
    assert p == pytest.approx(expected.pvalue)
    assert found.low < 0 < found.high
