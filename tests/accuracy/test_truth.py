"""Truth at the edges of the range: poles, kinks, and numbers too small or too large for float64."""

import math

import numpy as np
import pytest

from adbench.accuracy import truth as module
from adbench.accuracy.sweep import of
from adbench.accuracy.truth import SUBNORMAL, balls_at, swept_truth
from adbench.errors import Unsupported


@pytest.fixture
def at(monkeypatch):
    """The truth of a function at points of one's own."""

    def look(name, *points):
        columns = tuple(np.array(column) for column in zip(*points, strict=True))
        monkeypatch.setattr(module, "points", lambda *_: columns)
        return swept_truth(name, "float64")

    return look


def test_what_rounding_to_float64_leaves_over_is_kept(at):
    truth = at("exp", (1.0,)).value
    assert truth.high[0] == math.e
    assert truth.low[0] == pytest.approx(1.4456468917292502e-16, rel=1e-12)


def test_an_underflow_is_not_taken_for_zero(at):
    truth = at("special.expit", (-2000.0,), (0.0,))
    assert truth.value.high.tolist() == [SUBNORMAL, 0.5]
    assert at("square", (0.0,)).partials["x"].high.tolist() == [0.0]


def test_an_overflow_is_infinite_and_a_pole_has_no_truth(at):
    assert at("exp", (1000.0,)).value.high.tolist() == [math.inf]
    assert np.isnan(at("log", (0.0,)).value.high).all()


def test_a_kink_has_no_truth():
    assert not any(ball.is_finite() for ball in balls_at("maximum", (1.0, 1.0)))


def test_what_needs_more_bits_gets_them():
    value, slope = balls_at("cos", (1e300,))
    assert min(value.rel_accuracy_bits(), slope.rel_accuracy_bits()) >= module.ACCURATE_BITS


def test_a_function_that_the_oracle_lacks_says_so(monkeypatch):
    monkeypatch.setitem(module.FUNCTIONS, "no_such", of(x=()))
    with pytest.raises(Unsupported, match="the oracle has no no_such"):
        balls_at("no_such", (1.0,))
