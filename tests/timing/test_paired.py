"""The signed-rank test and its interval, held to their definitions."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adbench.timing.paired import estimate, fastest, log_ratio, p_value, ratios

apart = st.lists(st.integers(-1000, 1000).filter(bool), min_size=1, max_size=9, unique_by=abs)


def test_of_samples_the_fastest_quarter_counts():
    assert fastest([4.0, 2.0, 1.0, 9.0, 3.0, 9.0, 9.0, 900.0]) == 1.5
    assert fastest([3.0]) == 3.0


def test_a_log_ratio_is_positive_where_the_head_is_slower_and_blind_to_interruptions():
    base, head = [1.0, 1.0, 1.0, 50.0, 1.0, 9.0, 1.0, 1.0], [2.0, 80.0, 2.0, 2.0, 2.0, 2.0, 2.0, 7.0]
    assert log_ratio(base, head) == pytest.approx(math.log(2))
    assert log_ratio(head, base) == pytest.approx(-math.log(2))


@given(apart)
def test_the_p_value_counts_the_signs_that_favour_as_much(d):
    ranks = np.argsort(np.argsort(np.abs(d))) + 1
    seen = sum(r for r, x in zip(ranks, d, strict=True) if x > 0)
    signs = itertools.product((0, 1), repeat=len(d))
    assert p_value(d) == pytest.approx(np.mean([np.dot(s, ranks) >= seen for s in signs]))


@pytest.mark.parametrize("n", [1, 6, 10, 30])
def test_no_p_value_is_below_that_of_all_signs_alike(n):
    assert p_value([1.0 + i for i in range(n)]) == 0.5**n
    assert p_value([-1.0 - i for i in range(n)]) == 1.0


def test_no_difference_is_no_evidence():
    assert p_value([0.0] * 8) == 1.0


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=15, unique=True))
def test_the_interval_is_what_the_test_does_not_reject(d):
    d = np.asarray(d)
    low, middle, high = estimate(d)
    assert low <= middle <= high
    step = 1e-9
    assert p_value(d - (low - step)) <= 0.025
    assert p_value((high + step) - d) <= 0.025
    if high - low > 1e-6:
        assert p_value(d - (low + step)) > 0.025
        assert p_value((high - step) - d) > 0.025


def test_five_pairs_have_no_interval():
    assert estimate([1.0, 2.0, 3.0, 4.0, 5.0]) == (-math.inf, 3.0, math.inf)
    assert math.isfinite(estimate([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).low)


def test_one_outlier_among_many_does_not_move_the_estimate_far():
    assert estimate([0.05] * 11 + [-3.0]).middle == pytest.approx(0.05)


def test_ratios_are_none_where_they_are_not_known():
    assert ratios(None) == {"low": None, "ratio": None, "high": None}
    assert ratios(estimate([0.0])) == {"low": None, "ratio": 1.0, "high": None}
