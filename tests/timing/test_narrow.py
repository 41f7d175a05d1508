"""The interval of a median that says when there are samples enough."""

import random
from math import comb

import pytest

from adbench.timing.narrow import is_narrow, median_within


@pytest.mark.parametrize("n", range(6))
def test_of_fewer_than_six_samples_nothing_is_known(n):
    assert median_within([1.0] * n) is None
    assert not is_narrow([1.0] * n, 1.0)


@pytest.mark.parametrize("n", [6, 9, 15, 30])
def test_it_covers_the_median_95_times_in_100_and_no_narrower_one_does(n):
    low, high = median_within(range(n))
    below = low + 1  # samples that must lie on one side for the median to be missed on the other
    assert high == n - below
    miss = 2 * sum(comb(n, k) for k in range(below)) / 2**n
    assert miss <= 0.05 < 2 * sum(comb(n, k) for k in range(below + 1)) / 2**n


def test_the_order_in_which_samples_were_taken_does_not_matter():
    samples = list(range(20))
    random.Random(0).shuffle(samples)
    assert median_within(samples) == (5, 14)


def test_narrow_is_to_either_side_of_the_middle():
    samples = [0.99, 1.0, 1.0, 1.0, 1.0, 1.01]
    assert is_narrow(samples, 0.0101)
    assert not is_narrow(samples, 0.0099)
