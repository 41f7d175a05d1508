"""Derivatives by Cauchy's formula: enclosed, with the digits of the working precision, and none out of reach."""

from __future__ import annotations

import math

import mpmath
import pytest
from flint import acb, arb
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from adbench.oracle.cauchy import differentiated
from adbench.oracle.precision import working

PRECISIONS = (24, 53, 320)
some = settings(max_examples=25, deadline=None)


def anywhere(*point):
    return arb(1)


def product(x, y):
    return (acb(x) * 2).exp() * acb(y).sin()  # entire


def true_partial(point, direction, order):
    x, y = (mpf(p) for p in point)
    return mpmath.diff(lambda t: mpmath.exp(2 * (x + direction[0] * t)) * mpmath.sin(y + direction[1] * t), 0, order)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("direction", [(1, 0), (0, 1), (1, 1), (1, -1)])
@given(x=st.floats(-3, 3), y=st.floats(-3, 3))
@some
def test_derivatives_along_directions_are_enclosed(encloses, direction, order, x, y):
    derivative = differentiated(product, direction, order, anywhere)
    true = true_partial((x, y), direction, order)
    for bits in PRECISIONS:
        with working(bits):
            ball = derivative(arb(x), arb(y))
        assert encloses(ball, true, noise=2.0**-400)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("bits", PRECISIONS)
def test_no_digit_is_lost(bits, order):
    derivative = differentiated(product, (1, 1), order, anywhere)
    with working(bits):
        ball = derivative(arb(0.75), arb(0.5))
    assert ball.rel_accuracy_bits() >= bits - 2


@pytest.mark.parametrize("order", [0, 1, 2])
@given(x=st.floats(-2, 2), y=st.floats(-2, 2), s=st.floats(-1, 1), t=st.floats(-1, 1), bits=st.integers(6, 40))
@some
def test_balls_enclose_every_point_in_them(encloses, order, x, y, s, t, bits):
    radius = 2.0**-bits
    ball = differentiated(product, (1, 0), order, anywhere)(arb(x, radius), arb(y, radius))
    point = (mpf(x) + mpf(s) * radius, mpf(y) + mpf(t) * radius)
    assert not ball.is_finite() or encloses(ball, true_partial(point, (1, 0), order), noise=2.0**-400)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_radius_is_the_slope_times_the_operands(order):
    """To first order, as for a formula: e²ˣ sin y has slopes 2 e²ˣ sin y and e²ˣ cos y."""
    radius = 2.0**-30
    ball = differentiated(product, (1, 0), order, anywhere)(arb(0.5, radius), arb(1, radius))
    slope = 2**order * math.exp(1) * (2 * math.sin(1) + math.cos(1))
    assert radius * slope <= float(ball.rad()) <= 1.01 * radius * slope


def test_what_is_out_of_reach_is_not_a_number():
    """The proof rests on the reach: within it, log has no branch point."""
    derivative = differentiated(lambda x: acb(x).log(), (1,), 1, lambda x: x)
    assert derivative(arb(2.0)).contains(0.5)
    for x in (arb(0), arb(-1), arb(0, 1), arb("nan"), arb("inf")):
        assert not derivative(x).is_finite()


@pytest.mark.parametrize("x", [1e-3, 1e-30, 1e-300])
def test_next_to_a_singularity_the_circle_shrinks(x):
    first, second = (differentiated(lambda x: acb(x).log(), (1,), order, lambda x: x) for order in (1, 2))
    assert (first(arb(x)) * arb(x)).contains(1)
    assert (second(arb(x)) * arb(x) * arb(x)).contains(-1)
    assert first(arb(x)).rel_accuracy_bits() >= 50


def test_a_function_that_cannot_be_bounded_claims_nothing():
    derivative = differentiated(lambda x: acb(x).exp(), (1,), 1, anywhere, lambda x: arb("nan"))
    assert not derivative(arb(1)).is_finite()


def test_too_small_a_bound_is_what_the_proof_would_rest_on():
    """A bound that is wrong by far gives a ball that is wrong: so it is looked at, not decoration."""
    lying = differentiated(lambda x: acb(x).exp(), (1,), 1, anywhere, lambda x: arb(1e30))
    honest = differentiated(lambda x: acb(x).exp(), (1,), 1, anywhere)
    with working(53):
        assert lying(arb(1)).rad() > honest(arb(1)).rad()


@pytest.mark.parametrize("order", [1, 2])
def test_a_derivative_that_vanishes_is_a_ball_around_zero(order):
    ball = differentiated(lambda x: acb(x).cos(), (1,), order, anywhere)(arb(0))
    assert ball.contains(0 if order == 1 else -1)
    assert ball.rad() <= 2.0**-50
