"""Constants are held as the working precision holds them, and elementary functions are charged one ulp."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.oracle.precision import BITS, elementary, rounded, working


def test_working_sets_the_precision_and_restores_it():
    outer = ctx.prec
    with working(24):
        assert ctx.prec == 24
        with working(320):
            assert ctx.prec == 320
        assert ctx.prec == 24
    assert ctx.prec == outer


def test_working_restores_the_precision_after_an_exception():
    outer = ctx.prec
    with pytest.raises(KeyError), working(24):
        raise KeyError
    assert ctx.prec == outer


@pytest.mark.parametrize(("dtype", "bits"), BITS.items())
def test_bits_are_those_of_the_dtype(dtype, bits):
    if dtype == "bfloat16":
        assert bits == 8  # 7 stored and the leading one; NumPy has no such type
    else:
        assert bits == np.finfo(dtype).nmant + 1


@given(st.floats(-1e30, 1e30).filter(lambda x: x == 0 or abs(x) > 1e-30))
@settings(max_examples=50, deadline=None)
def test_a_float_is_exact_at_53_bits_and_a_ball_around_it_at_24(x):
    with working(53):
        assert rounded(x).is_exact()
        assert rounded(x) == arb(x)
    with working(24):
        ball = rounded(x)
        assert ball.contains(arb(x))
        assert ball.is_exact() == (float(np.float32(x)) == x)
        assert ball.contains(arb(float(np.float32(x))))  # where a float32 library would take it


@pytest.mark.parametrize(("x", "exact"), [(0.5, True), (0.1, False), (2**24, True), (2**24 + 1, False), (True, True)])
def test_constants_at_24_bits(x, exact):
    with working(24):
        ball = rounded(x)
        assert ball.is_exact() == exact
        assert ball.contains(arb(x))
        assert ball.rad() <= 1.01 * float(x) * 2.0**-23


def test_a_large_integer_is_not_taken_through_float64():
    with working(320):
        assert rounded(2**60 + 1) == arb(2**60 + 1)
        assert rounded(np.float32(0.1)) == arb(float(np.float32(0.1)))


@pytest.mark.parametrize("bits", [8, 24, 53, 320])
@pytest.mark.parametrize("y", [1, -3, 0.75])
def test_an_exact_value_is_charged_one_ulp(bits, y):
    with working(bits):
        ball = elementary(arb(y))
        ulp = arb(2) ** (1 - bits)
    assert ball.contains(fmpq(*float(y).as_integer_ratio()))
    assert ball.rad() >= 0.99 * abs(y) * ulp
    assert ball.rad() <= 1.1 * abs(y) * ulp


def test_zero_stays_exact():
    assert elementary(arb(0)) == 0
