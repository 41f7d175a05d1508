"""Ulps, and what becomes of answers that are not numbers."""

import math

import numpy as np
import pytest

from adbench.accuracy.answer import Swept
from adbench.accuracy.judge import judge, ulps_of
from adbench.accuracy.truth import SUBNORMAL, SweptTruth
from adbench.oracle.truth import Enclosure

EPS = 2.0**-52


def enclosure(*high, low=0.0):
    return Enclosure(high=np.array(high), low=np.full(len(high), low), tolerance=np.zeros(len(high)))


def ulps(high, got, dtype="float64", low=0.0):
    return ulps_of(enclosure(high, low=low), np.array([got]), dtype)[0]


@pytest.mark.parametrize(
    ("high", "got", "dtype", "expected"),
    [
        (1.0, 1.0, "float64", 0.0),
        (1.0, 1 + 3 * EPS, "float64", 3.0),
        (-1.0, 1.0, "float64", 2 / EPS),
        (1.0, 1 + 3 * 2.0**-23, "float32", 3.0),
        (1.0, 0.0, "float64", 1 / EPS),
        (0.0, -0.0, "float64", 0.0),
        (0.0, 1e-300, "float64", math.inf),
        (1.0, math.nan, "float64", math.inf),
        (1.0, -math.inf, "float64", math.inf),
        (0.0, math.nan, "float64", math.inf),
        (SUBNORMAL, math.nan, "float64", math.inf),
        (1e-40, math.inf, "float32", math.inf),
    ],
)
def test_an_error_in_ulps(high, got, dtype, expected):
    assert ulps(high, got, dtype) == expected


def test_what_rounding_of_the_truth_left_over_counts():
    assert ulps(1.0, 1.0, low=0.25 * EPS) == 0.25


@pytest.mark.parametrize(
    ("high", "got", "dtype"),
    [
        (1e-310, 3.0, "float64"),
        (SUBNORMAL, 0.0, "float64"),
        (math.inf, math.nan, "float64"),
        (math.nan, math.nan, "float64"),
        (1e39, math.inf, "float32"),
        (1e-39, 0.0, "float32"),
    ],
)
def test_a_point_whose_truth_is_no_normal_number_is_not_looked_at(high, got, dtype):
    assert math.isnan(ulps(high, got, dtype))


def judged(got, mode="forward", **options):
    truth = SweptTruth(
        points={"x": np.array([1.0, 2.0, 3.0, 4.0])},
        value=enclosure(1.0, 1.0, 1.0, math.inf),
        partials={"x": enclosure(2.0, 2.0, 2.0, math.nan)},
    )
    answer = Swept(mode=mode, operand="x" if mode != "value" else "", answers=np.array(got).tobytes(), **options)
    return judge("f", "fake", "float64", answer, truth)


def test_median_maximum_and_the_worst_point():
    line = judged([2.0, 2 + 10 * EPS, 2 - 4 * EPS, 7.0])
    assert (line.points, line.median, line.maximum, line.infinite) == (3, 2.0, 5.0, 0)
    assert (line.worst.at, line.worst.expected) == ({"x": 2.0}, 2.0)
    assert float(line.worst.got) == 2 + 10 * EPS
    assert (line.function, line.operand, line.mode) == ("f", "x", "forward")
    assert (line.backend, line.dtype) == ("fake", "float64")


def test_values_are_held_to_the_value():
    assert judged([1.0, 1.0, 1.0, 9.0], "value").maximum == 0
    assert judged([2.0, 2.0, 2.0, 9.0], "value").maximum == 1 / EPS


def test_nan_is_counted_and_is_the_worst():
    line = judged([2.0, math.nan, 2.0, math.nan])
    assert (line.points, line.median, line.maximum, line.infinite) == (3, 0.0, None, 1)
    assert (line.worst.at, line.worst.got) == ({"x": 2.0}, "nan")


def test_a_median_of_nans_is_infinite():
    line = judged([math.nan, math.nan, 2.0, 0.0])
    assert (line.median, line.maximum, line.infinite) == (None, None, 2)


def test_where_nothing_was_measured_the_reason_is_kept():
    answer = Swept(mode="reverse", operand="x", status="unsupported", message="no rule")
    line = judge("f", "fake", "float64", answer, None)
    assert (line.status, line.message, line.points, line.worst) == ("unsupported", "no rule", 0, None)
