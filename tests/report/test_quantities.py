"""Quantities as they are written."""

import math

import pytest

from adbench.report.quantities import blocks, estimated, number, ratio, seconds, size, sureness
from adbench.timing.intervals import Interval


@pytest.mark.parametrize(
    ("t", "text"),
    [
        (3.2e-9, "0.0032 µs"), (4.567e-6, "4.57 µs"), (999.4e-6, "999 µs"), (999.7e-6, "1 ms"),
        (0.01234, "12.3 ms"), (1.5, "1.5 s"), (1234.5, "1234 s"), (0.0, "0 µs"),
    ],
)  # fmt: skip
def test_times_have_three_digits_and_the_unit_that_suits_them(t, text):
    assert seconds(t) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (4.567e6, "4.57 MB"), (8.1e12, "8100 GB")]
)
def test_memory_likewise(count, text):
    assert size(count) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (None, "–"), (1.0, "1.00"), (0.1, "0.10"), (0.0123, "0.0123"), (9.994, "9.99"), (9.996, "10.0"),
        (99.94, "99.9"), (99.96, "100"), (12345.6, "12346"), (1.23e7, "1.2e+07"),
    ],
)  # fmt: skip
def test_ratios_have_three_digits(x, text):
    assert ratio(x) == text


def test_numbers_have_no_exponent_before_they_need_one():
    assert [number(x) for x in (0.5, 999.4, 999.6, 99999, 100000)] == ["0.5", "999", "1000", "99999", "1.0e+05"]


def around(value, factor):
    return Interval(value=value, low=value / factor, high=value * factor)


@pytest.mark.parametrize(
    ("factor", "text"), [(1.03, "±3%"), (1.031, "±4%"), (1.0001, "±1%"), (1.0, ""), (3.5, "±250%"), (20, "±>999%")]
)
def test_how_sure_a_ratio_is_is_never_better_than_it_is(factor, text):
    assert sureness(around(2.0, factor)) == text


def test_a_spread_that_is_not_known_is_said_to_be_so():
    assert estimated(Interval(value=2.0, low=math.nan, high=math.nan)) == "2.00 ±?"
    assert estimated(around(2.0, 1.25)) == "2.00 ±25%"
    assert estimated(None) == "–"


def test_columns_that_do_not_fit_make_another_block():
    assert list(blocks("abcde", 30, 8)) == [["a", "b", "c"], ["d", "e"]]
    assert list(blocks("abc", 1, 8)) == [["a"], ["b"], ["c"]]
